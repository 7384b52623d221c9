import numpy as np
import pytest

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.ascent import _looks, _often, ascend
from seatrial.adversaries.chase import Chase
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.testing.victims import cases, linear, reach


def test_a_hundred_steps_look_back_where_the_paper_says():
    assert list(_looks(100))[:4] == [22, 41, 57, 70]
    assert min(_looks(100).values()) == 6
    assert sum(_looks(100).values()) == list(_looks(100))[-1] < 100
    assert list(_often(100))[:3] == [4, 8, 12]
    assert _looks(0) == _often(1) == {}


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize("first", [2.0, 0.25])
def test_on_a_plane_it_reaches_the_lowest_margin_of_the_ball(norm, first):
    """The least margin in a ball is known: the distance to the plane less the radius, in dual lengths."""
    victim = linear((12,), 2, dtype=np.float64)
    batch = cases(victim, 20)
    distance = reach(victim, batch, norm)
    eps = float(distance.min()) * 0.9
    chase = Chase(
        meter(victim, Ledger.empty(20)), batch.open(), Bench(Ball(norm, eps, -9, 9), Random(bytes(32), batch.ids))
    )
    ascend(chase, "margin", 60, chase.room.x, first=first)
    apart = victim.weights[1] - victim.weights[0]
    dual = {"linf": np.abs(apart).sum(), "l2": np.sqrt((apart**2).sum()), "l1": np.abs(apart).max()}[norm]
    assert chase.least == pytest.approx((distance - eps) * dual, rel=2e-2)


@pytest.mark.parametrize("steps", [0, 1, 2, 5])
def test_few_steps_are_few_passes(steps):
    victim = linear((12,), 2)
    batch = cases(victim, 6)
    ledger = Ledger.empty(6)
    chase = Chase(meter(victim, ledger), batch.open(), Bench(Ball("linf", 1e-6, -9, 9), Random(bytes(32), batch.ids)))
    ascend(chase, "cross_entropy", steps, chase.room.x)
    assert set(ledger.backwards.tolist()) == {steps}
    assert set(ledger.forwards.tolist()) == {steps + 1}
