"""What the tests of corruptions share: one corruption, carried out as the harness does it."""

import numpy as np
import torch

from seatrial.adversaries.adversary import Bench
from seatrial.records.batch import Batch, plain
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.testing.victims import Constant

SEED = b"weather".ljust(32, b"\0")


def ids(count):
    return tuple(bytes([at]) * 32 for at in range(count))


def streams(count):
    """Return the streams that `changed` lends."""
    return Random(SEED, ids(count))


def changed(adversary, x, severity, low=0.0, high=1.0):
    """Return what becomes of inputs."""
    bench = Bench(Corruption(severity, low, high), streams(len(x)))
    return adversary.attack(Constant(), Batch(ids(len(x)), x), bench).stimuli


def images(*shape, dtype=np.float64):
    """Return images of every kind of number between 0 and 1, some of them exactly 0 and 1."""
    x = Random(SEED, ids(shape[0])).uniform("images", shape[1:], np.zeros(1)) * 1.2 - 0.1
    return np.clip(x, 0, 1).astype(dtype)


def agree(adversary, shape, *, exact=True):
    """Check what holds for every corruption: libraries, neighbours, ranges, dtypes."""
    x = images(4, *shape, dtype=np.float32)
    for severity in (1, 5):
        made = changed(adversary, x, severity)
        assert made.shape == x.shape
        assert made.dtype == np.float32
        assert made.min() >= 0
        assert made.max() <= 1
        assert (made != x).any()
        tensors = changed(adversary, torch.tensor(x), severity)
        assert tensors.dtype == torch.float32
        assert plain(tensors).tobytes() == made.tobytes() if exact else np.allclose(plain(tensors), made, atol=1e-6)
        wide = changed(adversary, images(4, *shape) * 255 - 100, severity, -100, 155)
        assert np.allclose((wide + 100) / 255, changed(adversary, images(4, *shape), severity), atol=1e-9)
        bytes_ = np.rint(x * 255).astype(np.uint8)
        whole = changed(adversary, bytes_, severity, 0, 255)
        assert whole.dtype == np.uint8
        floats = changed(adversary, bytes_.astype(np.float32), severity, 0, 255)
        assert np.abs(whole - floats).max() <= 0.51
    first = changed(adversary, x[:1], 3)
    assert first.tobytes() == changed(adversary, x, 3)[:1].tobytes()
