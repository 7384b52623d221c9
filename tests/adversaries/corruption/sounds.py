"""Signals, and a way to change them as the harness does."""

import numpy as np

from seatrial.adversaries.adversary import Bench
from seatrial.records.batch import Attempts, Batch, plain
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.testing.victims import Constant
from seatrial.trial import referee


def sines(cases=40, samples=400, loud=0.4, dtype=np.float32):
    """Return signals around 0.5, each of another phase."""
    at = np.arange(samples)[None, :] + np.arange(cases)[:, None]
    return (0.5 + loud * np.sin(2 * np.pi * at / 50)).astype(dtype)


def changed(adversary, x, severity, *, low=0.0, high=1.0, seed=b"s" * 32):
    """Return the stimuli, after the referee has looked."""
    ids = tuple(at.to_bytes(32, "big") for at in range(len(x)))
    threat = Corruption(severity, low, high)
    made = adversary.attack(Constant(), Batch(ids, x), Bench(threat, Random(seed, ids))).stimuli
    referee.check(threat, Batch(ids, plain(x)), Attempts(plain(made)))
    return made
