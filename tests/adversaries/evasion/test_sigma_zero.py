import numpy as np
import pytest
from tests.adversaries.arena import fight
from tests.adversaries.nearness import excess

from seatrial.adversaries.evasion.sigma_zero import SigmaZero
from seatrial.records.threat import Ball
from seatrial.testing.closed import gates, planes


@pytest.mark.parametrize(("name", "most"), [("planes", 1.0), ("round", 1.5), ("gates", 1.25)])
def test_it_finds_the_fewest_numbers_or_one_more(name, most):
    share = excess(SigmaZero(minimise=True), name, "l0")
    assert share.min() >= 1
    assert np.median(share) == 1
    assert share.max() <= most


def test_a_count_that_is_too_small_keeps_every_case_and_one_that_is_enough_none():
    victim, batch = gates()
    count = victim.reach(batch, "l0")
    assert not fight(SigmaZero(), victim, batch, Ball("l0", float(count.min() - 1))).fallen.any()
    shown = fight(SigmaZero(), victim, batch, Ball("l0", float(count.max() + 1)))
    assert shown.fallen.all()
    assert shown.ledger.backwards.max() < 200


def test_what_is_handed_back_changes_no_more_numbers_than_allowed():
    victim, batch = planes()
    shown = fight(SigmaZero(steps=20), victim, batch, Ball("l0", 1.0))
    assert ((shown.stimuli != batch.inputs).sum(axis=1) <= 1).all()


def test_cost_is_a_gradient_for_each_step():
    victim, batch = planes()
    shown = fight(SigmaZero(steps=25, minimise=True), victim, batch, Ball("l0", 24.0))
    assert set(shown.ledger.backwards.tolist()) == {25}
