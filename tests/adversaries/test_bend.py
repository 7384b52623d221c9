"""Bends are bilinear, keep to their threat whatever they are made of, and are pulled back exactly."""

import numpy as np
import pytest
import torch

from seatrial.adversaries.bend import Bending, Elastic, bent
from seatrial.records.threat import Flow

RANDOM = np.random.default_rng(2)


def test_no_displacement_gives_the_image_and_whole_ones_its_pixels() -> None:
    x = RANDOM.random((2, 3, 6, 8)).astype(np.float32)
    still = np.zeros((2, 2, 6, 8))
    assert bent(x, still)[0].tobytes() == x.tobytes()
    down = still.copy()
    down[:, 0], down[:, 1] = 1.0, -2.0
    moved = bent(x, down)[0]
    assert (moved[..., :-1, 2:] == x[..., 1:, :-2]).all()
    assert (moved[..., -1, 2:] == x[..., -1, :-2]).all(), "beyond the border the nearest pixel"


def test_the_pull_back_is_the_slope_of_the_image() -> None:
    x, g = RANDOM.random((3, 2, 7, 6)), RANDOM.normal(size=(3, 2, 7, 6))
    field, step = RANDOM.uniform(-1.5, 1.5, (3, 2, 7, 6)), RANDOM.normal(size=(3, 2, 7, 6))
    _, back = bent(x, field)
    ahead, behind = (((bent(x, field + by * step)[0]) * g).sum(axis=(1, 2, 3)) for by in (1e-7, -1e-7))
    assert np.allclose((ahead - behind) / 2e-7, (back(g) * step).sum(axis=(1, 2, 3)), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_torch_and_neighbours_change_no_byte(dtype) -> None:
    x, field = RANDOM.random((4, 3, 9, 9)).astype(dtype), RANDOM.uniform(-2, 2, (4, 2, 9, 9))
    g = RANDOM.normal(size=x.shape).astype(dtype)
    made, back = bent(x, field)
    theirs, home = bent(torch.tensor(x), torch.tensor(field))
    assert made.tobytes() == theirs.numpy().tobytes()
    assert np.allclose(back(g), home(torch.tensor(g)).numpy(), atol=1e-5)
    assert bent(x[1:2], field[1:2])[0].tobytes() == made[1:2].tobytes()


def test_no_value_appears_that_the_image_does_not_hold() -> None:
    x = RANDOM.random((3, 1, 9, 9)).astype(np.float32)
    made = bent(x, RANDOM.uniform(-9, 9, (3, 2, 9, 9)))[0]
    for before, after in zip(x, made, strict=True):
        assert before.min() <= after.min()
        assert after.max() <= before.max()


@pytest.mark.parametrize("threat", [Flow(1.5, 0.5), Flow(3, 0.3), Flow(0.4, 2.0), Flow(1, 1)])
@pytest.mark.parametrize("kind", ["bending", "elastic"])
def test_every_field_keeps_to_the_threat(threat, kind) -> None:
    x = np.zeros((5, 1, 20, 17))
    making = Bending.under(threat, x) if kind == "bending" else Elastic.under(threat, x, 7)
    shape = (5, 2, 20, 17) if kind == "bending" else (5, 2, *making.shape)
    signs = np.sign(RANDOM.normal(size=shape)) * threat.pixels
    for numbers in (signs, np.abs(signs), signs * RANDOM.random(shape)):
        field = making.field(numbers)
        assert field.shape == (5, 2, 20, 17)
        assert np.abs(field).max() <= threat.pixels * (1 + 1e-12)
        for axis in (2, 3):
            assert np.abs(np.diff(field, axis=axis)).max() <= threat.smooth * (1 + 1e-12)


def test_the_making_is_pulled_back_to_its_numbers() -> None:
    x, g = RANDOM.random((3, 2, 12, 12)), RANDOM.normal(size=(3, 2, 12, 12))
    for making in (Bending.under(Flow(1.5, 0.7), x), Elastic.under(Flow(1.5, 0.7), x, 4)):
        shape = (3, 2, 12, 12) if isinstance(making, Bending) else (3, 2, *making.shape)
        numbers, step = RANDOM.uniform(-1.5, 1.5, shape), RANDOM.normal(size=shape)
        _, back = making.made(numbers)
        ahead, behind = ((making.made(numbers + by * step)[0] * g).sum(axis=(1, 2, 3)) for by in (1e-7, -1e-7))
        assert np.allclose((ahead - behind) / 2e-7, (back(g) * step).sum(axis=(1, 2, 3)), rtol=1e-4, atol=1e-6)


def test_an_even_wish_moves_the_inside_by_all_that_is_allowed() -> None:
    making = Bending.under(Flow(1.5, 0.5), np.zeros((1, 1, 21, 21)))
    assert making.width == 7
    field = making.field(np.full((1, 2, 21, 21), 1.5))
    assert np.allclose(field[..., 3:-3, 3:-3], 1.5)
    assert field[0, 0, 0, 0] < 0.6
