"""`check_target` must pass what keeps the contract, and name what breaks it."""

from __future__ import annotations

import numpy as np
import pytest

from seatrial.records.batch import Array, Batch
from seatrial.records.digest import column_digests
from seatrial.targets.target import Face
from seatrial.testing.targets import check_target

X = np.random.default_rng(3).random((20, 4))
BATCH = Batch(column_digests(X), X)
W = np.array([[1.0, -1.0], [2.0, 0.5], [0.0, 1.0], [-1.0, 3.0]])


class Linear:
    """Rows one by one, so that nothing depends on the batch."""

    face = Face(takes=Array, gives="logits", shape=(4,), classes=2)

    def respond(self, inputs):
        return np.array([(row[:, None] * W).sum(axis=0) for row in inputs])

    def linearise(self, inputs):
        return self.respond(inputs), lambda g: np.array([(row[None, :] * W).sum(axis=1) for row in g])


class Overwrites(Linear):
    def respond(self, inputs):
        inputs[0] = 0
        return Linear().respond(inputs)


class OverwritesLater(Linear):
    def linearise(self, inputs):
        def spoil(g):
            inputs[:] = 0
            return Linear().linearise(inputs)[1](g)

        return self.respond(inputs), spoil


class Centres(Linear):
    """Looks at its neighbours."""

    def respond(self, inputs):
        return Linear().respond(inputs - inputs.mean(axis=0))


class SlopesLookAround(Linear):
    def linearise(self, inputs):
        return self.respond(inputs), lambda g: Linear().linearise(inputs)[1](g / len(g))


class Places(Linear):
    """Knows where a row stands."""

    def respond(self, inputs):
        return Linear().respond(inputs) + np.arange(len(inputs))[:, None]


class Counts(Linear):
    """Remembers."""

    def __init__(self):
        self.asked = 0

    def respond(self, inputs):
        self.asked += 1
        return Linear().respond(inputs) + self.asked


class Forgets(Linear):
    """Its answers are drawn by chance, which a key fixes."""

    face = Face(takes=Array, gives="logits", shape=(4,), classes=2, sampled=True)

    def __init__(self, key=None):
        self.chance = np.random.default_rng(None if key is None else list(key))

    def respond(self, inputs):
        return Linear().respond(inputs) + self.chance.random((len(inputs), 2))

    def fresh(self, key):
        return Forgets(key)


class NeverForgets(Forgets):
    def fresh(self, key):
        return self


class OneShort(Linear):
    def respond(self, inputs):
        return Linear().respond(inputs)[:-1]


class ThreeClasses(Linear):
    face = Face(takes=Array, gives="logits", shape=(4,), classes=3)


class FloatLabels(Linear):
    face = Face(takes=Array, gives="labels")
    linearise = None

    def respond(self, inputs):
        return np.zeros(len(inputs))


class Disagrees(Linear):
    def linearise(self, inputs):
        responses, back = Linear().linearise(inputs)
        return responses + 1, back


class Keeps:
    def __init__(self):
        self.weights = {"w": Zeroable(np.ones(1))}

    def state_dict(self):
        return self.weights


class Zeroable(np.ndarray):
    def __new__(cls, value):
        return np.asarray(value).view(cls)

    def zero_(self):
        self[:] = 0


class HandsOutItself(Linear):
    def __init__(self):
        self.kept = Keeps()

    def module(self):
        return self.kept

    def saved(self, module):
        return b""

    def respond(self, inputs):
        return Linear().respond(inputs) * float(self.kept.weights["w"][0])


class MovingFace(Linear):
    @property
    def face(self):
        return Face(takes=Array, gives="logits", home=lambda column: column)


@pytest.mark.parametrize("target", [Linear(), Forgets()])
def test_what_keeps_the_contract_passes(target):
    check_target(target, BATCH)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (Overwrites(), "respond overwrites its inputs"),
        (OverwritesLater(), "linearise overwrites its inputs"),
        (Centres(), "respond: row 0 has other bytes when 1 rows are asked at a time than 20"),
        (Centres(), "respond: a row has other bytes among other neighbours"),
        (SlopesLookAround(), "the gradient: row 0 has other bytes when 1 rows are asked"),
        (Places(), "respond: rows have other bytes in another order"),
        (Counts(), "the same question has two answers"),
        (NeverForgets(), "the same question has two answers"),
        (OneShort(), "it answers 20 rows with 19"),
        (FloatLabels(), "its labels are float64, not integers"),
        (ThreeClasses(), r"its logits have shape \(20, 2\), not \(20, 3\)"),
        (Disagrees(), "linearise and respond give other responses"),
        (HandsOutItself(), "module\\(\\) hands out the module itself"),
        (MovingFace(), "its face changes from call to call"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_what_breaks_it_is_named(target, expected):
    with pytest.raises(AssertionError, match=expected):
        check_target(target, BATCH)


def test_too_few_cases_prove_nothing():
    with pytest.raises(AssertionError, match="at least three"):
        check_target(Linear(), BATCH.take([0, 1]))
