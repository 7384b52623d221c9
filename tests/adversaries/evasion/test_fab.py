import numpy as np
import pytest
from tests.adversaries.arena import fight
from tests.adversaries.nearness import WIDE, excess, found

from seatrial.adversaries.evasion.fab import Fab
from seatrial.records.threat import Ball
from seatrial.testing.closed import planes
from seatrial.testing.victims import cases, linear, reach

NORMS = ("linf", "l2", "l1")


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("name", ["planes", "round"])
def test_it_lands_on_the_nearest_break(name, norm):
    share = excess(Fab(minimise=True), name, norm)
    assert share.min() > 1 - 1e-9
    assert np.quantile(share, 0.75) < 1.005
    assert share.max() < (1.5 if (name, norm) == ("round", "l1") else 1.005)  # one number of several, nearly as good


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_it_finds_the_corner_between_two_gates(norm):
    assert excess(Fab(minimise=True), "gates", norm).max() < 1.005


@pytest.mark.parametrize("norm", NORMS)
def test_what_is_out_of_reach_stands_and_the_rest_falls(norm):
    victim, batch = planes()
    distance = victim.reach(batch, norm)
    eps = float(np.median(distance))
    shown = fight(Fab(), victim, batch, Ball(norm, eps))
    assert (shown.fallen == (distance < eps)).mean() > 0.95
    assert not shown.fallen[distance > eps * (1 + 1e-6)].any()


def test_a_case_that_stands_is_handed_back_at_the_edge_of_the_ball():
    victim, batch = planes()
    eps = float(victim.reach(batch, "l2").min()) * 0.9
    shown, size = found(Fab(), victim, batch, Ball("l2", eps))
    assert np.isinf(size).all()
    assert np.linalg.norm(shown.stimuli - batch.inputs, axis=1) == pytest.approx(eps, rel=1e-4)


def test_it_leaves_in_the_pass_that_breaks_or_goes_on_to_the_nearest():
    victim, batch = planes()
    wide = Ball("linf", WIDE["linf"])
    quick, near = fight(Fab(), victim, batch, wide), fight(Fab(minimise=True), victim, batch, wide)
    assert quick.ledger.backwards.max() < near.ledger.backwards.min()
    away = [np.abs(shown.stimuli - batch.inputs).max(axis=1) for shown in (near, quick)]
    assert (away[0] <= away[1]).all()
    assert near.ledger.backwards.max() <= 100
    assert near.ledger.forwards.max() <= 102


def test_more_steps_and_more_targets_never_land_further_off():
    one, more = (excess(Fab(steps=steps, minimise=True, targets=0), "planes", "l2") for steps in (20, 60))
    assert more.mean() <= one.mean()
    all_, none = (excess(Fab(minimise=True, targets=count), "planes", "l2") for count in (4, 0))
    assert all_.mean() <= none.mean() + 1e-6


def test_restarts_are_from_elsewhere_and_keep_what_was_found():
    victim, batch = planes()
    _, one = found(Fab(minimise=True, steps=12), victim, batch, Ball("l2", 10))
    _, two = found(Fab(minimise=True, steps=12, restarts=3), victim, batch, Ball("l2", 10))
    assert (two <= one).all()


def test_the_query_budget_is_kept():
    inner = linear((8,), 4)
    batch = cases(inner, 12)
    eps = float(reach(inner, batch, "linf").min()) * 0.5
    shown = fight(Fab(), inner, batch, Ball("linf", eps, queries=17), left=17)
    assert shown.ledger.forwards.max() <= 17


def test_the_input_range_is_kept():
    inner = linear((12,), 3, dtype=np.float64)
    batch = cases(inner, 32, spread=0.5)
    for norm in NORMS:
        shown = fight(Fab(minimise=True), inner, batch, Ball(norm, WIDE[norm]))
        assert shown.fallen.mean() > 0.9
