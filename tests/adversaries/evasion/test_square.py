import numpy as np
import pytest
import torch
from tests.adversaries.arena import SEED, fight

from seatrial.adversaries.evasion.square import CARD, HALVED, Square, _full, _image, _pair, _place, _tiles, _window
from seatrial.adversaries.norms import Room
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.testing.victims import Labels, Tied, TorchLinear, cases, linear, reach


@pytest.mark.parametrize(
    ("shape", "gives"),
    [((3, 6, 9), "logits"), ((12, 10), "probabilities"), ((80,), "logits"), ((2, 2, 5, 4), "logits")],
)
@pytest.mark.parametrize(("norm", "near"), [("linf", 0.75), ("l2", 0.45), ("l1", 0.5)])
def test_it_breaks_what_is_near_and_nothing_that_algebra_forbids(shape, gives, norm, near):
    victim = linear(shape, 2, gives=gives)
    batch = cases(victim, 32)
    distance = reach(victim, batch, norm)
    eps = float(np.quantile(distance, 0.8))
    shown = fight(Square(queries=400), victim, batch, Ball(norm, eps, -9, 9))
    assert not shown.fallen[distance > eps].any()
    assert shown.fallen[distance < near * eps].all()
    assert (distance < near * eps).sum() > 5
    assert set(shown.ledger.forwards[~shown.fallen].tolist()) == {400}
    assert shown.ledger.backwards.sum() == 0


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_torch_and_numpy_find_the_same(norm):
    victim = linear((1, 7, 5), 3)
    batch = cases(victim, 24)
    ball = Ball(norm, float(np.median(reach(victim, batch, norm))) * 1.5)
    ours, theirs = (fight(Square(queries=60), each, batch, ball) for each in (victim, TorchLinear(victim)))
    assert ours.fallen.tolist() == theirs.fallen.tolist()
    if norm == "linf":  # in L2 the last bits of a sum decide which of two near equal windows is kept
        assert np.allclose(ours.stimuli, theirs.stimuli, atol=1e-6)


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_a_tie_is_no_break_and_does_not_stop_the_search(norm):
    batch = cases(linear((1, 5, 5), 3), 6)
    shown = fight(Square(queries=30), Tied(), batch, Ball(norm, 0.1))
    assert not shown.fallen.any()
    assert set(shown.ledger.forwards.tolist()) == {30}


def test_windows_reach_every_row_and_column_and_differ_from_case_to_case():
    x = np.zeros((4, 1, 6, 9))
    random = Random(SEED, tuple(bytes([at]) * 32 for at in range(4)))
    seen = np.zeros((4, 6, 9), dtype=int)
    for query in range(300):
        down, right = _place(random, "p", x, (2, 3), query)
        seen += (down >= 0) & (down < 2) & (right >= 0) & (right < 3)
    assert seen.min() > 0
    assert (seen[0] != seen[1]).any()


def test_windows_shrink_as_published():
    sides = [_window((3, 32, 32), 0.8, done)[0] for done in (0, 10, *(mark + 1 for mark in HALVED))]
    assert sides == [29, 29, 20, 14, 10, 7, 5, 4, 3, 2, 1]
    assert _window((1, 1, 100), 0.8, 0) == (1, 80)
    assert _window((3, 4, 100), 0.8, 0) == (4, 80)
    assert _image((5,)) == (1, 1, 5)
    assert _image((2, 3, 4, 5)) == (6, 4, 5)


@pytest.mark.parametrize("size", [(1, 1), (1, 6), (5, 1), (3, 4), (7, 7)])
def test_bumps_have_length_one_and_two_signs(size):
    made = _pair(*size, 2)
    assert made.shape == size
    assert (made**2).sum() == pytest.approx(1)
    assert np.abs(_pair(*size, 1)).sum() == pytest.approx(1)
    assert size[1] == 1 or (made.min() < 0 < made.max())


@pytest.mark.parametrize(("norm", "order"), [("l2", 2), ("l1", 1)])
@pytest.mark.parametrize("shape", [(1, 3, 4), (3, 11, 8), (1, 1, 9)])
def test_the_start_uses_the_whole_radius(shape, norm, order):
    x = np.full((5, *shape), 0.5)
    room = Room.around(Ball(norm, 0.3), x)
    start = _tiles(room, Random(SEED, tuple(bytes([at]) * 32 for at in range(5))))
    assert np.linalg.norm((start - x).reshape(5, -1), order, axis=1) == pytest.approx(0.3, rel=1e-4)
    assert np.linalg.norm(_full(room, 0 * x) - x) == 0


def test_a_query_budget_is_kept():
    victim = linear((1, 4, 4), 2)
    batch = cases(victim, 8)
    eps = float(reach(victim, batch, "linf").min()) * 0.5
    shown = fight(Square(), victim, batch, Ball("linf", eps, queries=17), left=17)
    assert set(shown.ledger.forwards.tolist()) == {17}


@pytest.mark.parametrize("queries", [0, 1, 2])
def test_few_queries_are_few_queries(queries):
    victim = linear((1, 4, 4), 2)
    shown = fight(Square(queries=queries), victim, cases(victim, 8), Ball("linf", 0.001))
    assert set(shown.ledger.forwards.tolist()) == {queries}


def test_labels_alone_lead_it_nowhere_and_its_card_says_that_it_needs_more():
    victim = linear((4,), 2)
    assert "labels" not in CARD.reads
    assert not fight(Square(queries=20), Labels(victim), cases(victim, 4), Ball("linf", 1e-6)).fallen.any()


def test_it_needs_no_gradient():
    """A network with quantised inputs has zero gradient everywhere; random windows do not care."""

    class Quantised(TorchLinear):
        def _scores(self, x):
            return super()._scores(torch.round(x * 16) / 16)

    victim = linear((1, 8, 8), 2)
    batch = cases(victim, 32)
    distance = reach(victim, batch, "linf")
    eps = float(np.median(distance)) * 2 + 1 / 16
    assert fight(Square(queries=300), Quantised(victim), batch, Ball("linf", eps)).fallen.mean() > 0.4
