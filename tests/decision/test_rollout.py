"""What is live, from the events that were logged."""

from seatrial.decision.rollout import environments, rollout
from seatrial.proof.people import Words
from seatrial.proof.statement import Statement
from seatrial.proof.trust import Trust

FIRST = 4
"""Decisions are entries 0 to 3, the first event is entry 4."""


def words(*events: tuple[str, int, int]) -> Words:
    """Words of four decisions, releases 0 to 3, and events (event, decision, share); entry 5 is signed by ada."""
    said = [Statement("decision", f"model {at}", {"release": str(at)}) for at in range(FIRST)]
    plain = {"environment": "production", "licensed": True, "reason": "", "by": "ada"}
    for at, (event, decision, share) in enumerate(events):
        fields = {**plain, "event": event, "entry": decision, "share": share, "at": 100 + at}
        said.append(Statement("rollout-event", f"model {decision}", fields))
    return Words(said, lambda seq: {"ada"} if seq == 5 else set(), str, Trust("o", b"", ""))


def live(*events: tuple[str, int, int]) -> list[tuple[str, int]]:
    return [(one.release, one.share) for one in rollout(words(*events), "production").serving]


def before(*events: tuple[str, int, int]) -> str | None:
    found = rollout(words(*events), "production").before
    return None if found is None else found.release


def test_what_gets_all_the_traffic_replaces_what_was_there() -> None:
    assert live() == []
    assert live(("live", 0, 100), ("live", 1, 100)) == [("1", 100)]
    assert before(("live", 0, 100)) is None
    assert before(("live", 0, 100), ("live", 0, 100)) is None
    assert before(("live", 0, 100), ("live", 1, 100)) == "0"


def test_a_part_of_the_traffic_leaves_the_rest_where_it_was() -> None:
    canary = (("live", 0, 100), ("live", 1, 10))
    assert live(*canary) == [("1", 10), ("0", 90)]
    assert live(*canary, ("live", 1, 40)) == [("1", 40), ("0", 60)]
    assert live(*canary, ("live", 2, 5)) == [("2", 5), ("0", 95)]
    assert live(*canary, ("live", 1, 100)) == [("1", 100)]
    assert before(*canary) == "0"


def test_falling_back_twice_goes_back_twice() -> None:
    three = (("live", 0, 100), ("live", 1, 100), ("live", 2, 100))
    assert before(*three) == "1"
    back = (*three, ("rolled_back", 1, 100))
    assert (live(*back), before(*back)) == ([("1", 100)], "0")
    assert before(*three, ("rolled_back", 0, 100)) is None
    assert before(*back, ("live", 3, 100)) == "1"


def test_a_pause_lasts_until_it_is_resumed_or_something_goes_live() -> None:
    paused = (("live", 0, 100), ("paused", 0, 0))
    found = rollout(words(*paused), "production")
    assert (found.paused.entry, found.paused.signed) == (5, True)
    assert rollout(words(*paused, ("resumed", 0, 100)), "production").paused is None
    assert rollout(words(*paused, ("live", 1, 100)), "production").paused is None


def test_environments_are_apart() -> None:
    said = words(("live", 0, 100))
    assert environments(said) == ("production",)
    assert rollout(said, "staging").serving == ()
    assert rollout(said.upto(FIRST), "production").serving == ()
    assert rollout(said, "production").serving[0].signed is False
