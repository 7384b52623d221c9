"""The order of a log is certain, its clocks are not."""

from seatrial.decision.times import shown, times
from seatrial.proof.statement import Statement

NOW = 2_000


def said(kind: str, **fields: object) -> Statement:
    return Statement(kind, "", fields)


def at(*instants: int) -> list[Statement]:
    return [said("approval", at=one) for one in instants]


def test_an_entry_is_no_older_than_what_stands_before_it() -> None:
    found = times(at(100, 300, 200, 400), now=NOW)
    assert (found.claims, found.at) == ((100, 300, 200, 400), (100, 300, 300, 400))
    assert [found.before(instant) for instant in (99, 100, 200, 300, 400)] == [0, 1, 1, 3, 4]
    assert len(found.doubts) == 1
    assert found.doubts[0].startswith("entry 2 says ")


def test_a_clock_that_is_ahead_of_the_reader_is_not_believed() -> None:
    found = times(at(100, 5_000, 200), now=NOW)
    assert (found.claims, found.at) == ((100, None, 200), (100, 100, 200))
    assert "is still to come" in found.doubts[0]


def test_a_run_takes_its_times_from_the_account_of_its_environment() -> None:
    run = [
        said("submission"),
        said("run-plan", submission=0),
        said("run-result", run_plan=1),
        said("environment", run_result=2, started="1970-01-01T00:10:00Z", ended="1970-01-01T00:20:00Z"),
        said("decision"),
    ]
    found = times(run, now=NOW)
    assert (found.at, found.doubts) == ((600, 600, 1200, 1200, 1200), ())
    assert found.claims[4] is None


def test_without_any_clock_everything_was_always_there() -> None:
    assert times([said("decision")], now=NOW).before(0) == 1


def test_instants_are_shown_for_people() -> None:
    assert shown(1_614_765_600) == "2021-03-03 10:00 UTC"
    assert shown(10**30) == f"{10**30} seconds"
