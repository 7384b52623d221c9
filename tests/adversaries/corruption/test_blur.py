import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.corruption.blur import Blur
from seatrial.records.batch import Batch
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.testing.victims import Constant

IDS = tuple(bytes([at]) * 32 for at in range(3))
RANDOM = Random(b"b" * 32, IDS)


def blurred(x, severity):
    return Blur().attack(Constant(), Batch(IDS, x), Bench(Corruption(severity), RANDOM)).stimuli


@pytest.mark.parametrize(("severity", "deviation"), [(1, 0.4), (2, 0.6), (3, 0.7), (4, 0.8), (5, 1.0)])
def test_it_is_the_gaussian_filter_of_scipy(severity, deviation):
    x = RANDOM.uniform("x", (3, 32, 40), np.zeros(1))
    expected = gaussian_filter(x, (0, 0, deviation, deviation), mode="nearest", truncate=4.0)
    assert np.allclose(blurred(x, severity), expected, atol=1e-12)


def test_large_images_get_the_large_table():
    x = np.zeros((3, 1, 224, 224))
    x[:, :, 112, 112] = 1
    assert blurred(x, 2).max() == pytest.approx(1 / (2 * np.pi * 4), rel=0.01)


def test_numpy_and_torch_give_equal_bytes():
    x = RANDOM.uniform("x", (1, 9, 14), np.zeros(1, dtype=np.float32))
    assert blurred(x, 5).tobytes() == blurred(torch.tensor(x), 5).numpy().tobytes()
