"""No model is beaten by one that is worse in something, or that chance and clocks cannot tell apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.verbs.frontier import Axis, unbeaten

CLEAN, FAR, SURE, LATENCY, COST = (
    Axis("clean"),
    Axis("far"),
    Axis("ECE", "error"),
    Axis("Latency", "seconds"),
    Axis("Training", "cost"),
)
AXES = (CLEAN, FAR, SURE, LATENCY, COST)


def best(*models):
    return unbeaten(AXES, models)


def test_better_in_one_and_worse_in_none_beats() -> None:
    assert best({"clean": 0.9, "far": 0.5}, {"clean": 0.9, "far": 0.4}) == (True, False)
    assert best({"clean": 0.9, "far": 0.4}, {"clean": 0.8, "far": 0.5}) == (True, True)
    assert best({"clean": 0.9}, {"clean": 0.9}) == (True, True)


@pytest.mark.parametrize(("axis", "good", "bad"), [(SURE, 0.02, 0.2), (LATENCY, 0.01, 0.1), (COST, 60.0, 240.0)])
def test_what_is_paid_counts_too(axis, good, bad) -> None:
    more, less = {"clean": 0.9, axis.name: bad}, {"clean": 0.8, axis.name: good}
    assert best(more, less) == (True, True)
    assert best({"clean": 0.9, axis.name: good}, {"clean": 0.9, axis.name: bad}) == (True, False)
    assert best(more, {"clean": 0.8}) == (True, False)


def test_clocks_and_small_samples_do_not_decide() -> None:
    assert best({"clean": 0.9, "Latency": 2e-5}, {"clean": 0.9, "Latency": 1e-6}) == (True, True)
    assert best({"clean": 0.9, "Latency": 0.012, "ECE": 0.035}, {"clean": 0.8, "Latency": 0.01, "ECE": 0.03}) == (
        True,
        False,
    )


def test_models_of_other_clauses_are_not_compared_and_one_without_any_is_not_marked() -> None:
    assert best({"clean": 0.9, "far": 0.9}, {"clean": 0.1}) == (True, True)
    assert best({"Latency": 0.1}) == (False,)


@given(st.lists(st.fixed_dictionaries({axis.name: st.floats(0.01, 1) for axis in AXES}), min_size=2, max_size=2))
def test_two_never_beat_each_other(models) -> None:
    assert any(best(*models))


def test_values_are_shown_in_their_units() -> None:
    assert [CLEAN.shown(0.5), LATENCY.shown(0.00123), COST.shown(3.2), COST.shown(1234.0)] == [
        "50.0%",
        "1.23 ms",
        "3.2 s",
        "1,234 s",
    ]
