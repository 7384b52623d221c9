import numpy as np
import pytest
from tests.adversaries.arena import fight
from tests.adversaries.nearness import excess, found

from seatrial.adversaries.evasion.ddn import Ddn
from seatrial.records.threat import Ball
from seatrial.testing.closed import planes, round_one


@pytest.mark.parametrize(("name", "most"), [("planes", 1.2), ("round", 1.01), ("gates", 1.03)])
def test_it_lands_near_the_nearest_break(name, most):
    share = excess(Ddn(minimise=True), name, "l2")
    assert share.min() > 1 - 1e-9
    assert share.max() < most


def test_the_margin_can_be_climbed_instead():
    assert excess(Ddn(minimise=True, loss="margin"), "planes", "l2").max() < 1.2


def test_a_ball_that_is_too_small_keeps_every_case_and_one_that_is_large_enough_none():
    victim, batch = round_one()
    distance = victim.reach(batch, "l2")
    assert not fight(Ddn(), victim, batch, Ball("l2", float(distance.min()) * 0.99)).fallen.any()
    assert fight(Ddn(), victim, batch, Ball("l2", float(distance.max()) * 1.05)).fallen.all()


def test_the_sphere_follows_the_break_from_both_sides():
    victim, batch = planes()
    shown, size = found(Ddn(steps=60, minimise=True), victim, batch, Ball("l2", 10))
    assert np.isfinite(size).all()
    assert shown.ledger.backwards.tolist() == [60] * 32
    _, early = found(Ddn(steps=6, minimise=True), victim, batch, Ball("l2", 10))
    assert (size <= early * (1 + 1e-9)).mean() > 0.8
