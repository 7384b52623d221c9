import numpy as np
import pytest
import torch
from tests.adversaries.arena import fight

from seatrial.adversaries.evasion.pgd import Pgd
from seatrial.adversaries.evasion.square import Square
from seatrial.adversaries.evasion.standard import TIERS, Standard
from seatrial.errors import TrialError
from seatrial.records.threat import Ball
from seatrial.testing.adversaries import check_adversary
from seatrial.testing.victims import TorchLinear, cases, linear, reach

SLACK = {"linf": 1e-5, "l2": 1e-3, "l1": 1e-2}


@pytest.mark.parametrize("tier", TIERS)
def test_contract(tier):
    check_adversary("evasion.standard", tactics={"tier": tier})


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize(("classes", "gives"), [(2, "logits"), (3, "probabilities"), (7, "logits")])
def test_it_finds_exactly_what_algebra_says(norm, classes, gives):
    victim = linear((2, 4, 7), classes, dtype=np.float64, gives=gives)
    batch = cases(victim, 24)
    distance = reach(victim, batch, norm)
    eps = float(np.median(distance))
    shown = fight(Standard("quick"), victim, batch, Ball(norm, eps, -9, 9))
    assert not shown.fallen[distance > eps].any()
    assert shown.fallen[distance < eps * (1 - SLACK[norm])].all()


class Rippled(TorchLinear):
    """A linear victim seen through a ripple, so that one attack alone finds a part."""

    def _scores(self, x):
        return super()._scores(x + 0.05 * (40 * x).sin())


PLAIN = linear((1, 6, 6), 4)
CASES = cases(PLAIN, 120)
EPS = float(np.median(reach(PLAIN, CASES, "linf")))


def fallen(tier="quick", times=1.0, batch=CASES, **change):
    return fight(Standard(tier), Rippled(PLAIN), batch, Ball("linf", EPS * times, -9, 9), **change).fallen


def test_it_breaks_what_its_parts_break():
    whole = fallen("standard")
    for part in (Pgd(), Square(queries=300)):
        alone = fight(part, Rippled(PLAIN), CASES, Ball("linf", EPS, -9, 9)).fallen
        assert not (alone & ~whole).any()
        assert alone.sum() <= whole.sum()


def test_more_radius_and_a_longer_tier_break_no_fewer():
    by_tier = [fallen(tier, batch=CASES.take(range(40))).sum() for tier in TIERS]
    assert by_tier == sorted(by_tier)
    by_radius = [fallen(times=times).sum() for times in (0.5, 1.0, 2.0)]
    assert by_radius == sorted(by_radius)
    assert by_radius[0] < by_radius[2]


def test_the_outcome_of_a_shard_does_not_depend_on_its_order():
    order = np.random.default_rng(0).permutation(len(CASES))
    assert fallen()[order].tolist() == fallen(batch=CASES.take(order)).tolist()


@pytest.mark.parametrize("left", [1, 2, 7, 40, 90, 333])
@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_a_query_budget_is_kept_and_used(left, norm):
    """Nobody is asked once too often, and of those who stand some are asked to the end."""
    batch = CASES.take(range(40))
    eps = float(reach(PLAIN, batch, norm).min()) * 0.5
    shown = fight(Standard(), TorchLinear(PLAIN), batch, Ball(norm, eps, -9, 9, queries=left), left=left)
    asked = shown.ledger.forwards[~shown.fallen]
    assert asked.max() == left
    assert asked.min() >= min(left, 41)


def test_it_sees_through_a_gradient_that_is_not_there():
    """Rounded inputs give a slope of zero everywhere; the search by scores does not care."""

    class Rounded(TorchLinear):
        def _scores(self, x):
            return super()._scores(torch.round(x * 32) / 32 + 0 * x)

    victim = linear((1, 8, 8), 2)
    batch = cases(victim, 32)
    eps = float(np.median(reach(victim, batch, "linf"))) * 2 + 1 / 16
    shown = fight(Standard(), Rounded(victim), batch, Ball("linf", eps, -9, 9))
    assert shown.fallen.mean() > 0.4


@pytest.mark.parametrize("size", [1, 2])
def test_one_case_and_no_radius(size):
    batch = CASES.take(range(size))
    assert not fallen(times=0.0, batch=batch).any()


def test_a_case_that_is_wrong_already_is_not_attacked():
    """It costs what the probes for masked gradients ask of it, and one pass."""
    batch = CASES.take(range(8))
    wrong = type(batch)(batch.ids, batch.inputs, (batch.labels + 1) % 4)
    shown = fight(Standard(), TorchLinear(PLAIN), wrong, Ball("linf", 1e-6, -9, 9))
    assert shown.fallen.all()
    assert (shown.stimuli == wrong.inputs).all()
    assert shown.ledger.forwards.max() < 8
    assert shown.ledger.backwards.max() == 1


def test_an_unknown_tier_is_refused():
    with pytest.raises(TrialError, match="no tier 'best'"):
        Standard(tier="best")
