import numpy as np
import pytest
from tests.adversaries.arena import fight
from tests.adversaries.nearness import excess, found

from seatrial.adversaries.evasion.ead import Ead
from seatrial.records.threat import Ball
from seatrial.testing.closed import planes, round_one


@pytest.mark.parametrize(("name", "middle"), [("planes", 1.1), ("round", 1.1), ("gates", 1.45)])
def test_it_lands_near_the_nearest_break(name, middle):
    share = excess(Ead(minimise=True), name, "l1")
    assert share.min() > 1 - 1e-9
    assert np.isfinite(share).all()
    assert np.median(share) < middle


def test_it_changes_few_numbers():
    victim, batch = planes()
    shown, _ = found(Ead(minimise=True), victim, batch, Ball("l1", 30.0))
    assert np.median((shown.stimuli != batch.inputs).sum(axis=1)) <= 3


def test_a_ball_that_is_too_small_keeps_every_case_and_one_that_is_large_enough_none():
    victim, batch = round_one()
    distance = victim.reach(batch, "l1")
    assert not fight(Ead(), victim, batch, Ball("l1", float(distance.min()) * 0.99)).fallen.any()
    assert fight(Ead(), victim, batch, Ball("l1", float(distance.max()) * 2)).fallen.all()


def test_cost_and_budget():
    victim, batch = planes()
    shown = fight(Ead(rounds=2, steps=10, minimise=True), victim, batch, Ball("l1", 30.0))
    assert set(shown.ledger.backwards.tolist()) == {20}
    kept = fight(Ead(), victim, batch, Ball("l1", 1e-6, queries=7), left=7)
    assert set(kept.ledger.forwards.tolist()) == {7}
