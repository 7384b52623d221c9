from pathlib import Path

from seatrial.proof import observation, rules
from seatrial.testing.gating import Asked, System, log_in, record, records


def test_the_same_gate_in_two_logs_leaves_equal_bytes(tmp_path: Path) -> None:
    logs = [log_in(tmp_path / name) for name in ("one", "two")]
    for log in logs:
        System().gate(log, "m", lambda _, case: case[0] < 128)
    assert logs[0].entries() == logs[1].entries()
    assert log_in(tmp_path / "one").entries() == logs[0].entries()


def test_the_plan_is_what_its_charter_promises(tmp_path: Path) -> None:
    system = System(clauses={"clean": Asked(), "private": Asked(members=10)})
    plan = system.plan(log_in(tmp_path / "log"), "m")
    assert rules.judged(plan.to_json(), system.charter().text) == plan.to_json()


def test_every_drawn_case_has_one_row(tmp_path: Path) -> None:
    log, system = log_in(tmp_path / "log"), System(clauses={"private": Asked(members=10)})
    begun = system.start(log, "m")
    tables = [observation.decode(one.computed or b"") for one in records(begun, lambda *_: True)]
    assert [table.count for table in tables] == [25, 25, 20]
    assert tuple(case for table in tables for case in table.columns["case"]) == begun.cases + begun.members


def test_outcomes_are_those_that_are_given() -> None:
    cases = tuple(bytes([i]) * 32 for i in range(4))
    table = observation.decode(record("clean", 0, cases, lambda _, case: case[0] % 2 == 0).computed or b"")
    assert table.columns["held"] == (1, 0, 1, 0)
