import numpy as np
import pytest
from tests.adversaries.arena import fight
from tests.adversaries.nearness import excess

from seatrial.adversaries.evasion.deepfool import DeepFool
from seatrial.records.threat import Ball
from seatrial.testing.closed import planes
from seatrial.testing.victims import cases, linear, reach

NORMS = ("linf", "l2", "l1")


@pytest.mark.parametrize("norm", NORMS)
def test_on_planes_one_step_goes_to_the_nearest_and_a_little_beyond(norm):
    assert excess(DeepFool(classes=4), "planes", norm) == pytest.approx(1.02, rel=1e-6)


@pytest.mark.parametrize("norm", NORMS)
def test_cost_of_a_case_that_one_step_breaks(norm):
    victim, batch = planes()
    shown = fight(DeepFool(classes=4), victim, batch, Ball(norm, 100.0))
    assert shown.fallen.all()
    assert set(shown.ledger.forwards.tolist()) == {2}
    assert set(shown.ledger.backwards.tolist()) == {8}


def test_a_break_outside_the_ball_is_asked_once_more_at_its_edge():
    victim, batch = planes()
    distance = victim.reach(batch, "l2")
    eps = float(np.median(distance))
    shown = fight(DeepFool(classes=4), victim, batch, Ball("l2", eps))
    away = np.linalg.norm(shown.stimuli - batch.inputs, axis=1)
    assert (shown.fallen == (distance < eps)).mean() > 0.9
    assert not shown.fallen[distance > eps].any()
    assert away[~shown.fallen] == pytest.approx(eps, rel=1e-4)
    assert shown.ledger.forwards.max() == 3


@pytest.mark.parametrize("norm", NORMS)
def test_the_input_range_is_part_of_the_plane(norm):
    """Cases in a corner, whose plain step would be cut off at the range: it still takes one step."""
    victim = linear((12,), 2, dtype=np.float64)
    batch = cases(victim, 32, spread=0.5)
    free = reach(victim, batch, norm)
    shown = fight(DeepFool(classes=1, steps=2), victim, batch, Ball(norm, 100.0))
    away = np.linalg.norm(shown.stimuli - batch.inputs, ord={"linf": np.inf, "l2": 2, "l1": 1}[norm], axis=1)
    assert shown.fallen.mean() > 0.9
    assert (away[shown.fallen] > free[shown.fallen] * 1.03).any()


def test_looking_at_fewer_classes_can_only_lengthen_the_step():
    one, all_ = (excess(DeepFool(classes=count), "planes", "l2") for count in (1, 4))
    assert (one >= all_ - 1e-9).all()
    assert (one > all_ + 1e-3).any()
