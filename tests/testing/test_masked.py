"""The truth of the fifteen broken defences, checked without any of the answers to masking."""

import numpy as np
import pytest
import torch

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.evasion.pgd import Pgd
from seatrial.records.batch import plain
from seatrial.records.random import Random
from seatrial.targets.metered import Ledger, meter
from seatrial.testing import defences
from seatrial.testing.masked import BALL, RECIPES, target, victim

KEYS = [bytes([at] * 32) for at in range(8)]
PLANE = target(defences.Plane())


def held(asked, batch, inputs):
    """Return the share of the draws in which each case holds."""
    draws = [asked.fresh(key) for key in KEYS] if asked.face.sampled else [asked]
    said = [plain(one.respond(torch.as_tensor(inputs))).argmax(axis=1) for one in draws]
    return np.mean([np.asarray(one) == batch.labels for one in said], axis=0)


def broken_by(asked, batch):
    bench = Bench(BALL, Random(b"t" * 32, batch.ids))
    moved = batch.moved(asked.face.home)
    metered = meter(asked, Ledger.empty(len(batch)))
    return plain(Pgd(steps=100, step=0.05, loss="margin", random_start=False).attack(metered, moved, bench).stimuli)


def strongest(batch):
    """Return, for each other class, the corner of the ball that goes furthest towards it on the plane."""
    rows = defences.rows()
    for other in range(len(rows)):
        way = np.sign(rows[other] - rows[batch.labels]).reshape(batch.inputs.shape)
        yield np.clip(batch.inputs + (BALL.eps * (1 - 1e-6) * way).astype(np.float32), 0, 1)


def test_there_are_fifteen() -> None:
    assert len(RECIPES) == 15
    assert len({recipe.like for recipe in RECIPES.values()}) == 15


@pytest.mark.parametrize("name", RECIPES)
def test_cases_that_hold_in_truth_hold_and_the_others_fall(name) -> None:
    """The corners that break the plane must break the hidden model too: it is the same model."""
    made = victim(name, 48)
    assert 0.4 < made.truth < 0.6
    assert (held(made.masked, made.batch, made.batch.inputs) == 1).all()
    assert (held(made.twin, made.batch, made.batch.inputs) == 1).all()
    worst = np.min([held(made.masked, made.batch, corner) for corner in strongest(made.batch)], axis=0)
    assert (worst[made.held] > 0.9).all()
    assert (worst[~made.held] < 0.1).all()


@pytest.mark.parametrize("name", RECIPES)
def test_an_honest_twin_falls_to_plain_gradient_steps_as_far_as_the_truth_says(name) -> None:
    made = victim(name, 24)
    assert np.array_equal(held(made.twin, made.batch, broken_by(made.twin, made.batch)) == 1, made.twin_held)


@pytest.mark.parametrize("name", RECIPES)
def test_equal_names_are_equal_victims(name) -> None:
    one, other = victim(name, 8), victim(name, 8)
    assert one.batch.ids == other.batch.ids
    assert np.array_equal(
        plain(one.masked.respond(torch.as_tensor(one.batch.inputs))),
        plain(other.masked.respond(torch.as_tensor(one.batch.inputs))),
    )


def test_the_plane_is_at_the_distance_that_the_cases_say() -> None:
    made = victim("saturated", 48)
    worst = np.min([held(PLANE, made.batch, corner) for corner in strongest(made.batch)], axis=0)
    assert np.array_equal(worst == 1, made.held)
