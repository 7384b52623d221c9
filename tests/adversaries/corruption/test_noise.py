import numpy as np
import pytest
import torch

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.corruption.noise import SMALL, Noise
from seatrial.records.batch import Batch
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.testing.victims import Constant

IDS = tuple(bytes([at]) * 32 for at in range(50))


def noisy(x, severity, low=0.0, high=1.0):
    return (
        Noise()
        .attack(Constant(), Batch(IDS, x), Bench(Corruption(severity, low, high), Random(b"n" * 32, IDS)))
        .stimuli
    )


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("shape", [(1, 32, 32), (3, 28, 30), (500,)])
def test_the_deviation_is_the_published_one(severity, shape):
    change = noisy(np.full((50, *shape), 0.5), severity) - 0.5
    assert change.std() == pytest.approx(SMALL[severity - 1], rel=0.03)
    assert abs(change.mean()) < 0.005


def test_it_scales_with_the_input_range_and_is_clipped_to_it():
    x = np.full((50, 400), 120.0, dtype=np.float32)
    assert (noisy(x, 2, 0, 255) - x).std() == pytest.approx(0.06 * 255, rel=0.03)
    edge = noisy(np.full((50, 400), 0.1, dtype=np.float32), 5, 0.1, 1.0)
    assert edge.min() >= 0.1
    assert edge.max() < 1


def test_numpy_and_torch_give_equal_bytes():
    x = np.full((50, 1, 9, 9), 0.5, dtype=np.float32)
    assert noisy(x, 3).tobytes() == noisy(torch.tensor(x), 3).numpy().tobytes()
