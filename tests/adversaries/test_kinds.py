import pytest

from seatrial.adversaries.kinds import picked
from seatrial.errors import PlanError


def test_none_is_all_and_order_is_the_charters() -> None:
    assert picked((), {"a": 1, "b": 2}, "faults.x") == ("a", "b")
    assert picked(("b", "a"), ("a", "b"), "faults.x") == ("b", "a")


def test_every_unknown_name_is_told() -> None:
    with pytest.raises(PlanError) as caught:
        picked(("hugee", "one", "odd"), ("huge", "one"), "faults.x")
    assert [str(one) for one in caught.value.problems] == [
        "faults.x: kinds: no kind 'hugee' (did you mean huge?)",
        "faults.x: kinds: no kind 'odd' (there are huge, one)",
    ]
