import numpy as np
import pytest
from tests.adversaries.arena import fight
from tests.adversaries.nearness import excess, found

from seatrial.adversaries.evasion.fmn import Fmn
from seatrial.records.threat import NORMS, Ball
from seatrial.testing.closed import planes


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("name", ["planes", "round", "gates"])
def test_it_lands_near_the_nearest_break(name, norm):
    share = excess(Fmn(minimise=True), name, norm)
    assert share.min() > 1 - 1e-9
    assert np.median(share) < (1.2 if (name, norm) == ("gates", "l1") else 1.03)
    assert share.max() < (2.5 if name == "round" else 1.25)


def test_in_l0_it_finds_the_fewest_numbers_of_a_plane():
    assert (excess(Fmn(minimise=True), "planes", "l0") == 1).all()


@pytest.mark.parametrize("norm", NORMS)
def test_what_is_out_of_reach_stands_and_most_of_the_rest_falls(norm):
    victim, batch = planes()
    distance = victim.reach(batch, norm)
    eps = float(np.ceil(np.median(distance)) if norm == "l0" else np.median(distance))
    shown = fight(Fmn(), victim, batch, Ball(norm, eps))
    assert not shown.fallen[distance > eps * (1 + 1e-6)].any()
    assert shown.fallen[distance <= (1 if norm == "l0" else 0.95) * eps].mean() > 0.9


def test_it_leaves_at_the_first_break_inside_or_goes_on():
    victim, batch = planes()
    quick, near = (fight(Fmn(minimise=late), victim, batch, Ball("l2", 10)) for late in (False, True))
    assert near.ledger.backwards.tolist() == [100] * 32
    assert quick.ledger.backwards.max() < 10


def test_more_passes_land_nearer():
    few, many = (excess(Fmn(steps=steps, minimise=True), "planes", "l2").mean() for steps in (10, 100))
    assert many < few


def test_the_query_budget_is_kept_and_the_best_so_far_handed_back():
    victim, batch = planes()
    shown, size = found(Fmn(minimise=True), victim, batch, Ball("linf", 1.0, queries=9))
    assert shown.fallen.any()
    kept = fight(Fmn(minimise=True), victim, batch, Ball("linf", 1.0, queries=9), left=9)
    assert kept.ledger.forwards.max() <= 9
    assert np.isfinite(size).any()
