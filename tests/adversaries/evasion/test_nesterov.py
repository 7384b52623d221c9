import numpy as np
import pytest
from tests.adversaries.arena import fight

from seatrial.adversaries.evasion.nesterov import Nesterov
from seatrial.records.threat import Ball
from seatrial.testing.victims import TorchLinear, cases, linear, reach


@pytest.mark.parametrize("norm", ["linf", "l2"])
@pytest.mark.parametrize("tactics", [{}, {"ahead": False}, {"scales": 3}, {"neighbours": 3}])
def test_on_a_linear_model_it_breaks_all_that_can_be_broken_and_nothing_else(norm, tactics) -> None:
    """A loss of the margin climbs straight to the nearest class of two; the ball has 2 % to spare."""
    victim = linear((1, 6, 6), 2)
    batch = cases(victim, 64)
    away = reach(victim, batch, norm)
    eps = float(np.median(away))
    shown = fight(Nesterov(step=0.2, loss="margin", **tactics), victim, batch, Ball(norm, eps))
    assert shown.fallen[away < eps * 0.98].all()
    assert not shown.fallen[away > eps].any()
    assert 0 < shown.fallen.sum() < 64


def test_what_a_case_that_stands_costs_is_what_the_page_says() -> None:
    victim = linear((1, 6, 6), 3)
    batch = cases(victim, 16)
    shown = fight(Nesterov(steps=5, scales=3, neighbours=2), victim, batch, Ball("linf", 1e-6))
    assert not shown.fallen.all()
    assert set(shown.ledger.forwards[~shown.fallen].tolist()) == {5 * (3 + 2) + 1}
    assert set(shown.ledger.backwards[~shown.fallen].tolist()) == {5 * (3 + 2)}


@pytest.mark.parametrize("left", [1, 4, 5, 6, 17])
def test_a_budget_is_kept_whatever_a_step_costs(left) -> None:
    victim = linear((1, 6, 6), 3)
    shown = fight(Nesterov(scales=3, neighbours=2), victim, cases(victim, 8), Ball("linf", 1e-6), left=left)
    assert shown.ledger.forwards.max() <= left


def test_copies_and_neighbours_change_the_way() -> None:
    victim = linear((1, 6, 6), 3, gives="probabilities")
    batch, threat = cases(victim, 8), Ball("l2", 0.01)
    ways = [{}, {"ahead": False}, {"scales": 3}, {"neighbours": 2}]
    made = [fight(Nesterov(steps=4, step=0.3, **way), victim, batch, threat).stimuli for way in ways]
    assert not np.array_equal(made[0], made[2])
    assert not np.array_equal(made[0], made[3])


def test_torch_has_the_outcomes_of_numpy() -> None:
    victim = linear((3, 6, 6), 3)
    batch, attacker = cases(victim, 24), Nesterov(scales=2, neighbours=1)
    eps = float(np.median(reach(victim, batch, "linf")))
    ours, theirs = (fight(attacker, one, batch, Ball("linf", eps)) for one in (victim, TorchLinear(victim)))
    assert ours.fallen.tolist() == theirs.fallen.tolist()
    assert 0 < ours.fallen.sum() < 24
