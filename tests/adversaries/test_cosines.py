import numpy as np
import pytest
import torch
from scipy.fft import dct

from seatrial.adversaries.cosines import kept, order, single, smooth, table, waves
from seatrial.records.random import Random

IDS = tuple(bytes([at]) * 32 for at in range(5))
RANDOM = Random(b"cosines".ljust(32, b"\0"), IDS)


@pytest.mark.parametrize("size", [4, 9, 28])
def test_the_table_is_the_orthonormal_transform(size):
    assert np.allclose(table(size), dct(np.eye(size), norm="ortho", axis=0))
    assert np.allclose(table(size) @ table(size).T, np.eye(size))


def test_only_images_have_waves():
    assert waves((1, 8, 8))
    assert waves((4, 4))
    assert not waves((12,))
    assert not waves((3, 2, 9))
    assert kept((3, 8, 9), 0.25) == (3, 2, 3)
    assert kept((12,), 0.25) == (12,)


def test_smooth_directions_hold_slow_frequencies_only_and_belong_to_the_case():
    x = np.zeros((5, 2, 12, 12))
    made = smooth(RANDOM, "p", x, 0.25)
    seen = dct(dct(made, norm="ortho", axis=-1), norm="ortho", axis=-2)
    assert np.abs(seen[..., 3:, :]).max() < 1e-9
    assert np.abs(seen[..., :3, :3]).min() > 0
    alone = smooth(RANDOM.at([3]), "p", x[:1], 0.25)
    assert alone.tobytes() == made[3:4].tobytes()
    assert (smooth(RANDOM, "p", x, 0.25, draw=1) != made).any()
    assert smooth(RANDOM, "p", torch.zeros(5, 2, 12, 12, dtype=torch.float64), 0.25).numpy().tobytes() == made.tobytes()
    assert smooth(RANDOM, "p", np.zeros((5, 7)), 0.25).shape == (5, 7)


def test_single_waves_are_orthonormal():
    shape = (2, 4, 5)
    made = single(shape, np.arange(40), np.zeros((40, *shape))).reshape(40, -1)
    assert np.allclose(made @ made.T, np.eye(40))


def test_orders_are_permutations_with_slow_shells_first():
    found = order(RANDOM, "p", (2, 8, 8), lowest=0.25)
    for one in found:
        assert sorted(one.tolist()) == list(range(128))
        _, row, column = np.unravel_index(one[:8], (2, 8, 8))
        assert np.maximum(row, column).max() < 2
    assert order(Random(bytes(32), ()), "p", (4,)).shape == (0, 4)
