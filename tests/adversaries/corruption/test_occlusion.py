import numpy as np
import pytest
import torch
from tests.adversaries.arena import fight

from seatrial.adversaries.corruption.occlusion import Occlusion, _grid, _rectangle
from seatrial.controls.plants import Rule
from seatrial.records.batch import Batch
from seatrial.records.digest import column_digests
from seatrial.records.threat import Patch
from seatrial.testing.victims import Labels, TorchLinear, cases, linear


def bright(count, size):
    inputs = np.broadcast_to(np.linspace(0.8, 1, count)[:, None, None, None], (count, 1, *size)).astype(np.float32)
    return Batch(column_digests(inputs), inputs, np.ones(count, dtype=int))


@pytest.mark.parametrize("corner", [(0, 0), (0, 17), (9, 0), (9, 17), (4, 8)])
def test_a_spot_anywhere_is_found(corner):
    """12 x 20 image, rectangles of 3 x 4 at share 0.06: nine places each way leave no pixel uncovered."""
    spot = (..., slice(corner[0], corner[0] + 3), slice(corner[1], corner[1] + 3))
    victim = Rule(lambda x: x[spot].reshape(len(x), -1).min(axis=1) - 0.6, (1, 12, 20))
    shown = fight(Occlusion(places=9), victim, bright(4, (12, 20)), Patch(0.06))
    assert shown.fallen.all()
    assert shown.ledger.forwards.max() <= 82


def test_what_stands_is_shown_at_its_worst_place():
    weights = np.zeros((10, 10))
    weights[7, 3] = 1.0
    victim = Rule(lambda x: (x * (weights + 0.01)).reshape(len(x), -1).sum(axis=1), (1, 10, 10))
    shown = fight(Occlusion(places=10), victim, bright(3, (10, 10)), Patch(0.01))
    assert not shown.fallen.any()
    assert (shown.stimuli[:, 0, 7, 3] == 0.5).all()
    assert ((shown.stimuli == 0.5).sum(axis=(1, 2, 3)) == 1).all()
    assert set(shown.ledger.forwards.tolist()) == {101}


@pytest.mark.parametrize("make", [TorchLinear, Labels])
def test_other_targets_give_the_same_outcome(make):
    victim = linear((1, 8, 8), 3)
    batch = cases(victim, 24, spread=0.4)
    expected = fight(Occlusion(), victim, batch, Patch(0.2))
    assert 0 < expected.fallen.sum() < 24
    assert fight(Occlusion(), make(victim), batch, Patch(0.2)).fallen.tolist() == expected.fallen.tolist()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.1, 0.33, 0.5, 1.0])
@pytest.mark.parametrize("size", [(8, 8), (5, 50), (50, 5), (28, 28)])
def test_the_rectangle_is_within_the_share(share, size):
    tall, wide = _rectangle(size, share)
    area = size[0] * size[1]
    assert tall * wide <= share * area + 1e-6
    assert tall <= size[0]
    assert wide <= size[1]
    assert tall * wide >= 0.5 * share * area or share * area < 4
    corners = _grid(size, (tall, wide), 7)
    assert (0, 0) in corners
    assert (size[0] - tall, size[1] - wide) in corners
    assert len(corners) == len(set(corners)) <= 49


def test_a_budget_ends_the_sweep():
    victim = Rule(lambda x: x.reshape(len(x), -1).mean(axis=1), (1, 8, 8))
    shown = fight(Occlusion(), victim, bright(3, (8, 8)), Patch(0.1, queries=5), left=5)
    assert set(shown.ledger.forwards.tolist()) == {5}


def test_nothing_is_covered_where_nothing_may_be():
    batch = bright(3, (4, 4))
    shown = fight(Occlusion(), Rule(lambda x: x[:, 0, 0, 0], (1, 4, 4)), batch, Patch(0.01))
    assert (shown.stimuli == batch.inputs).all()


def test_torch_images_are_not_overwritten():
    victim = TorchLinear(linear((1, 6, 6), 2))
    batch = cases(victim.twin, 8)
    mine = Batch(batch.ids, torch.tensor(batch.inputs), torch.tensor(batch.labels))
    before = mine.inputs.clone()
    fight(Occlusion(), victim, mine, Patch(0.2))
    assert torch.equal(mine.inputs, before)


def test_a_part_of_the_area_is_what_a_smaller_threat_allows():
    victim = linear((1, 12, 12), 3)
    batch = cases(victim, 24, spread=0.4)
    small, same = (fight(Occlusion(part=part), victim, batch, Patch(share)) for part, share in ((0.25, 0.2), (1, 0.05)))
    assert (small.stimuli == same.stimuli).all()
    assert small.fallen.sum() < fight(Occlusion(), victim, batch, Patch(0.2)).fallen.sum()
