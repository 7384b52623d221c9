"""A resampling is linear, its pull-back is the transposed map, and neighbours change nothing."""

import numpy as np
import pytest
import torch

from seatrial.adversaries.taps import Axis, Resampling, interpolated

RANDOM = np.random.default_rng(5)


def some(cases=6, size=(9, 7), out=(5, 11)):
    places = [RANDOM.uniform(-1, one, (cases, far)) for one, far in zip(size, out, strict=True)]
    axes = [interpolated(place, one, place > -0.5) for place, one in zip(places, size, strict=True)]
    return Resampling(*axes)


def dense(axis: Axis):
    """Return the map as matrices (n, out, size)."""
    taps, cases, out = axis.index.shape
    made = np.zeros((cases, out, axis.size))
    for tap in range(taps):
        for case in range(cases):
            made[case, np.arange(out), axis.index[tap, case]] += axis.weight[tap, case]
    return made


def test_it_is_the_product_with_its_two_matrices() -> None:
    view, x = some(), RANDOM.normal(size=(6, 2, 9, 7))
    wanted = dense(view.down)[:, None] @ x @ dense(view.right).transpose(0, 2, 1)[:, None]
    assert np.allclose(view(x), wanted, atol=1e-12)


def test_the_pull_back_is_the_transposed_map() -> None:
    view = some()
    x, g = RANDOM.normal(size=(6, 3, 9, 7)), RANDOM.normal(size=(6, 3, 5, 11))
    assert np.allclose((view(x) * g).sum(axis=(1, 2, 3)), (x * view.back(g)).sum(axis=(1, 2, 3)))
    assert np.allclose(dense(view.down.turned), dense(view.down).transpose(0, 2, 1))


def test_whole_places_give_the_very_numbers_and_ends_repeat() -> None:
    x = RANDOM.normal(size=(1, 1, 4, 4)).astype(np.float32)
    place = np.array([[-3.0, 0.0, 1.0, 2.0, 3.0, 8.0]])
    view = Resampling(interpolated(place, 4), interpolated(np.arange(4.0)[None], 4))
    assert (view(x) == x[:, :, [0, 0, 1, 2, 3, 3]]).all()


def test_one_pixel_is_an_axis_too() -> None:
    axis = interpolated(np.array([[0.0, 5.0]]), 1)
    assert dense(axis).tolist() == [[[1.0], [1.0]]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_torch_and_neighbours_change_no_byte(dtype) -> None:
    view = some()
    x, g = RANDOM.normal(size=(6, 3, 9, 7)).astype(dtype), RANDOM.normal(size=(6, 3, 5, 11)).astype(dtype)
    assert view(x).tobytes() == view(torch.tensor(x)).numpy().tobytes()
    assert view.back(g).tobytes() == view.back(torch.tensor(g)).numpy().tobytes()
    one = Resampling(*(Axis(a.index[:, 2:3], a.weight[:, 2:3], a.size) for a in (view.down, view.right)))
    assert one(x[2:3]).tobytes() == view(x)[2:3].tobytes()
    assert one.back(g[2:3]).tobytes() == view.back(g)[2:3].tobytes()


def test_what_reads_nothing_is_zero_and_says_so() -> None:
    axis = interpolated(np.array([[0.0, 1.0]]), 2, np.array([[True, False]]))
    assert axis.covered.tolist() == [[True, False]]
    assert dense(axis).tolist() == [[[1.0, 0.0], [0.0, 0.0]]]
