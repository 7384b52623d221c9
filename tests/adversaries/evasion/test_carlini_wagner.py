import numpy as np
import pytest
from tests.adversaries.arena import fight
from tests.adversaries.nearness import excess

from seatrial.adversaries.evasion.carlini_wagner import CarliniWagner
from seatrial.controls.plants import Linear
from seatrial.records.threat import Ball
from seatrial.testing.closed import planes
from seatrial.testing.victims import cases, linear


@pytest.mark.parametrize(("name", "middle"), [("planes", 1.15), ("round", 1.02), ("gates", 1.02)])
def test_it_lands_near_the_nearest_break(name, middle):
    share = excess(CarliniWagner(minimise=True), name, "l2")
    assert share.min() > 1 - 1e-9
    assert np.median(share) < middle
    assert np.isfinite(share).all()


def test_more_rounds_find_a_better_price():
    few, many = (excess(CarliniWagner(rounds=count, minimise=True), "planes", "l2") for count in (1, 8))
    assert many.mean() < few.mean()


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_the_scale_of_the_scores_does_not_matter(scale):
    """The price begins where the first plane asks for it."""
    inner = linear((24,), 3, dtype=np.float64)
    batch = cases(inner, 16)
    ball = Ball("l2", 10.0)
    scaled = Linear(inner.weights * scale, inner.bias * scale, inner.shape)
    one, other = (fight(CarliniWagner(minimise=True), victim, batch, ball) for victim in (inner, scaled))
    assert one.fallen.all()
    away = [np.linalg.norm(shown.stimuli - batch.inputs, axis=1) for shown in (one, other)]
    assert away[0] == pytest.approx(away[1], rel=0.02)


def test_numbers_at_the_end_of_the_range_move_freely():
    """Black images: every number stands at an end of the range, where a tanh has no slope."""
    weights = np.array([[0.0] * 6, [1.0] * 6])
    victim = Linear(weights, np.array([0.0, -1.0]), (6,))
    inputs = np.zeros((2, 6))
    inputs[1, 0] = 0.1
    batch = cases(victim, 2)
    batch = type(batch)(batch.ids, inputs, np.zeros(2, dtype=np.int64))
    shown = fight(CarliniWagner(minimise=True), victim, batch, Ball("l2", 2.0))
    assert shown.fallen.all()
    assert np.linalg.norm(shown.stimuli[0]) == pytest.approx(1 / 6**0.5, rel=0.05)


def test_cost_and_budget():
    victim, batch = planes()
    shown = fight(CarliniWagner(rounds=2, steps=10, minimise=True), victim, batch, Ball("l2", 10.0))
    assert set(shown.ledger.backwards.tolist()) == {20}
    kept = fight(CarliniWagner(), victim, batch, Ball("l2", 1e-6, queries=7), left=7)
    assert set(kept.ledger.forwards.tolist()) == {7}
