"""Thresholds of a first charter: what a gate proves 19 times in 20, counted with other means than the code's."""

import numpy as np
import pytest
from scipy import stats

from seatrial.plan.limits import limits
from seatrial.plan.threshold import GOAL, SURE, threshold
from seatrial.proof.criterion import parse


def percent(require):
    return round(100 * float(parse(require).limit))


def proves(held, tried, gate, share):
    """The probability that a gate proves a share, over what the pilot leaves open about the true rate."""
    least, _ = limits(parse(f"held_rate >= 0.{share:02d} at 95%"), gate)
    return 0.0 if least is None else float(stats.betabinom(gate, held + 1, tried - held + 1).sf(least - 1))


@pytest.mark.parametrize(("held", "tried", "gate"), [(50, 50, 300), (41, 50, 300), (48, 50, 100), (60, 64, 500)])
def test_it_is_the_highest_that_a_gate_proves(held, tried, gate) -> None:
    made = threshold(held, tried, gate)
    assert not made.goal
    assert proves(held, tried, gate, percent(made.require)) >= SURE
    assert proves(held, tried, gate, percent(made.require) + 1) < SURE


def test_gates_like_the_pilot_do_prove_it() -> None:
    random = np.random.default_rng(5)
    made = threshold(41, 50, 300)
    least, _ = limits(parse(made.require), 300)
    rates = random.beta(42, 10, 4000)
    assert (random.binomial(300, rates) >= least).mean() == pytest.approx(SURE, abs=0.03)


@pytest.mark.parametrize(("held", "tried"), [(0, 50), (10, 50), (0, 0)])
def test_what_the_pilot_does_not_support_is_a_goal(held, tried) -> None:
    made = threshold(held, tried, 300)
    assert made.goal
    assert percent(made.require) == GOAL


@pytest.mark.parametrize("gate", [4, 5, 8])
def test_a_goal_can_be_proved_with_the_cases_there_are(gate) -> None:
    made = threshold(0, 20, gate)
    least, _ = limits(parse(made.require), gate)
    assert made.goal
    assert least is not None


def test_a_larger_pilot_promises_more() -> None:
    small, large = (percent(threshold(9 * n, 10 * n, 300).require) for n in (2, 20))
    assert small < large
