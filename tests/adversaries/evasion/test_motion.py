import numpy as np
import pytest
import torch
from tests.adversaries.arena import SEED, fight

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.evasion.motion import Movement
from seatrial.adversaries.warp import warped
from seatrial.controls.plants import Rule
from seatrial.records.batch import Batch
from seatrial.records.digest import column_digests
from seatrial.records.random import Random
from seatrial.records.threat import Motion
from seatrial.testing.victims import Labels, TorchLinear, cases, linear

SIDE = 20


def dots(count):
    """Return dark images with a bright square of two pixels whose middle lies `count` steps right of the middle."""
    inputs = np.full((count, 1, SIDE, SIDE), 0.5, dtype=np.float32)
    for at in range(count):
        inputs[at, 0, 9:11, 9 + at : 11 + at] = 1.0
    return Batch(column_digests(inputs), inputs, np.ones(count, dtype=int))


def right(images):
    """Return how far left of column 16.5 the brightness above grey lies, in the mean."""
    bright = np.maximum(images - 0.5, 0).sum(axis=(1, 2))
    return 16.5 - (bright * np.arange(SIDE)).sum(axis=1) / np.maximum(bright.sum(axis=1), 1e-9)


def test_a_shift_breaks_exactly_the_cases_within_its_reach():
    """The square stands at 9.5 + i; moved right by up to four pixels it passes 16.5 for i > 3."""
    victim = Rule(right, (1, SIDE, SIDE))
    shown = fight(Movement(places=9), victim, dots(8), Motion(degrees=0, shift=0.2))
    assert shown.fallen.tolist() == [False] * 4 + [True] * 4
    assert set(shown.ledger.forwards[:4].tolist()) == {9 * 9}


def test_a_turn_alone_and_a_zoom_alone_break_what_they_can():
    """Turned by 90 degrees the square leaves its row; twice as large its distance from the middle doubles."""
    low = Rule(lambda x: 0.6 - np.maximum(x - 0.5, 0)[:, 0, :7].max(axis=(1, 2)), (1, SIDE, SIDE))
    assert fight(Movement(turns=5), low, dots(7), Motion(90, 0)).fallen.tolist() == [False] * 7
    off = Rule(lambda x: 0.4 - np.maximum(x - 0.5, 0)[:, 0, :6].max(axis=(1, 2)), (1, SIDE, SIDE))
    assert fight(Movement(turns=5), off, dots(7), Motion(90, 0)).fallen.tolist() == [False] * 4 + [True] * 3
    zoomed = fight(Movement(zooms=3), Rule(right, (1, SIDE, SIDE)), dots(6), Motion(0, 0, zoom=0.9))
    assert zoomed.fallen.tolist() == [False] * 4 + [True] * 2


def test_the_recipe_makes_the_stimulus_and_zeros_stand_for_what_was_wrong_already():
    victim = linear((1, 9, 7), 3)
    batch = cases(victim, 24, spread=0.4)
    wrong = Batch(batch.ids, batch.inputs, np.where(np.arange(24) < 3, (batch.labels + 1) % 3, batch.labels))
    shown = fight(Movement(turns=3, places=3), victim, wrong, Motion(2, 0.02))
    assert (shown.recipe[:3] == 0).all()
    assert (shown.stimuli[:3] == batch.inputs[:3]).all()
    assert (np.abs(shown.recipe[3:]).max(axis=1) > 0).all()
    assert (warped(batch.inputs, shown.recipe) == shown.stimuli).all()
    assert 3 < shown.fallen.sum() < 24


@pytest.mark.parametrize("tactics", [{"turns": 5, "places": 3}, {"tries": 12}])
def test_torch_and_labels_have_the_outcomes_of_numpy(tactics):
    victim = linear((3, 8, 8), 3)
    batch = cases(victim, 24, spread=0.4)
    attacker, threat = Movement(**tactics), Motion(2, 0.02)
    victims = victim, TorchLinear(victim), Labels(victim)
    shown, tensors, labels = (fight(attacker, each, batch, threat) for each in victims)
    assert 0 < shown.fallen.sum() < 24
    assert shown.fallen.tolist() == tensors.fallen.tolist() == labels.fallen.tolist()


def test_random_movements_differ_from_case_to_case_and_fill_the_range():
    threat = Motion(30, 0.1, 0.2)
    drawn = Movement(tries=400)._drawn(Random(SEED, (b"a" * 32, b"b" * 32)), threat)
    assert drawn.shape == (400, 2, 4)
    assert (drawn[:, 0] != drawn[:, 1]).any(axis=1).all()
    most = np.abs(drawn).max(axis=(0, 1)) / [30, 0.1, 0.1, 0.2]
    assert (most <= 1).all()
    assert (most > 0.98).all()
    assert np.abs(drawn.mean(axis=(0, 1)) / [30, 0.1, 0.1, 0.2]).max() < 0.1


def test_the_grid_is_that_of_the_paper_with_the_strongest_first():
    grid = Movement()._grid(Motion(30, 0.1), 2)
    assert grid.shape == (31 * 25 - 1, 2, 4)
    assert np.abs(grid[:4, 0, :3]).tolist() == [[30, 0.1, 0.1]] * 4
    assert len(np.unique(grid[:, 0], axis=0)) == 31 * 25 - 1
    assert Movement()._grid(Motion(30, 0.1, 0.1), 1).shape[0] == 31 * 25 * 3 - 1
    assert Movement()._grid(Motion(0, 0), 1).shape == (0, 1, 4)


def test_a_budget_is_kept_and_the_range_is_kept():
    victim = Rule(lambda x: x.reshape(len(x), -1).mean(axis=1) + 9, (1, 6, 6))
    batch = dots(2)
    shown = fight(Movement(), victim, batch, Motion(queries=13), left=13)
    assert set(shown.ledger.forwards.tolist()) == {13}
    wide = Batch(batch.ids, torch.tensor(batch.inputs) * 4 - 2, torch.tensor(batch.labels))
    made = Movement(tries=3).attack(victim, wide, Bench(Motion(low=-2, high=2), Random(SEED, batch.ids)))
    assert made.stimuli.min() >= -2
    assert made.stimuli.max() <= 2
