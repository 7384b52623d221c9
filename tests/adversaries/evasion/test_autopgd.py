import numpy as np
import pytest
from tests.adversaries.arena import fight

from seatrial.adversaries.evasion.autopgd import AutoPgd
from seatrial.adversaries.evasion.pgd import Pgd
from seatrial.adversaries.losses import LOSSES
from seatrial.errors import TrialError
from seatrial.records.threat import Ball
from seatrial.testing.adversaries import check_adversary
from seatrial.testing.victims import TorchLinear, cases, linear, reach

SLACK = {"linf": 1e-5, "l2": 1e-3, "l1": 1e-2}


@pytest.mark.parametrize("tactics", [{"loss": "targeted_dlr", "steps": 8}, {"random_start": False, "restarts": 2}])
def test_contract(tactics):
    check_adversary("evasion.autopgd", tactics=tactics)


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize("share", [0.25, 0.75])
@pytest.mark.parametrize("make", [lambda v: v, TorchLinear])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_finds_exactly_what_algebra_says(norm, share, make, dtype):
    victim = linear((2, 4, 7), 2, dtype=dtype)
    batch = cases(victim)
    distance = reach(victim, batch, norm)
    eps = float(np.quantile(distance, share))
    shown = fight(AutoPgd(steps=60), make(victim), batch, Ball(norm, eps, -9, 9))
    assert not shown.fallen[distance > eps].any()
    assert shown.fallen[distance < eps * (1 - SLACK[norm])].all()
    assert 0 < shown.fallen.sum() < len(batch)


@pytest.mark.parametrize("gives", ["logits", "probabilities"])
@pytest.mark.parametrize("loss", [name for name in LOSSES if LOSSES[name].aimed])
@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_every_class_is_reached_where_there_are_many(gives, loss, norm):
    victim = linear((30,), 5, dtype=np.float64, gives=gives)
    batch = cases(victim, 64)
    distance = reach(victim, batch, norm)
    eps = float(np.median(distance))
    shown = fight(AutoPgd(loss=loss, steps=40), victim, batch, Ball(norm, eps, -9, 9))
    assert not shown.fallen[distance > eps].any()
    assert shown.fallen[distance < eps * (1 - SLACK[norm])].all()


@pytest.mark.parametrize(("loss", "targets"), [("cross_entropy", 1), ("targeted_margin", 3)])
def test_cost_is_what_the_page_says(loss, targets):
    victim = linear((8,), 4)
    batch = cases(victim, 40)
    eps = float(np.median(reach(victim, batch, "linf")))
    shown = fight(AutoPgd(steps=7, restarts=2, loss=loss), victim, batch, Ball("linf", eps))
    stood = ~shown.fallen
    assert stood.any()
    assert set(shown.ledger.forwards[stood].tolist()) == {1 + 2 * targets * 8}
    assert set(shown.ledger.backwards[stood].tolist()) == {2 * targets * 7}
    assert shown.ledger.forwards[shown.fallen].min() < 8


def test_two_classes_have_one_target():
    victim = linear((8,), 2)
    shown = fight(AutoPgd(steps=3, loss="targeted_dlr"), victim, cases(victim, 8), Ball("linf", 1e-6))
    assert set(shown.ledger.forwards.tolist()) == {1 + 4}


class Bent(TorchLinear):
    """A linear victim seen through a ripple: steps of one length walk over it."""

    def _scores(self, x):
        return super()._scores(x + 0.05 * (40 * x).sin())


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_where_the_loss_ripples_it_is_not_weaker_than_plain_steps(norm):
    victim = linear((1, 6, 6), 4)
    batch = cases(victim, 200)
    eps = float(np.median(reach(victim, batch, norm)))
    plain, auto = (
        fight(adversary, Bent(victim), batch, Ball(norm, eps, -9, 9)).fallen.sum()
        for adversary in (Pgd(steps=50), AutoPgd(steps=50))
    )
    assert auto >= plain
    assert auto > 20


def test_more_of_everything_breaks_no_fewer():
    victim = Bent(linear((1, 6, 6), 4))
    batch = cases(linear((1, 6, 6), 4), 200)
    eps = float(np.median(reach(linear((1, 6, 6), 4), batch, "linf")))

    def fallen(times=1.0, **tactics):
        return fight(AutoPgd(random_start=False, **tactics), victim, batch, Ball("linf", eps * times, -9, 9)).fallen

    once = fallen(steps=20)
    assert not (once & ~fallen(steps=20, restarts=3)).any()
    assert fallen(steps=80).sum() >= once.sum()
    assert [fallen(times=t, steps=20).sum() for t in (0.5, 1, 2)] == sorted(
        fallen(times=t, steps=20).sum() for t in (0.5, 1, 2)
    )


def test_an_unknown_loss_is_refused():
    victim = linear((4,), 2)
    with pytest.raises(TrialError, match="no loss 'hinge'"):
        fight(AutoPgd(loss="hinge"), victim, cases(victim, 4), Ball("linf", 0.1))
