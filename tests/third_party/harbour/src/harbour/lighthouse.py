"""A lamp detector: the mean brightness against a threshold."""

from dataclasses import dataclass

import numpy as np

from seatrial.records.batch import Array
from seatrial.records.card import Card
from seatrial.targets.target import Face, Target


@dataclass(frozen=True)
class Lighthouse:
    """Says how far the mean of a case is above the threshold."""

    threshold: float = 0.5

    @property
    def face(self):
        """Rows of numbers from 0 to 1 in, two logits out."""
        return Face(takes=Array, gives="logits", shape=(8,), low=0.0, high=1.0, classes=2)

    def respond(self, inputs, /):
        """Return logits `(n, 2)`: dark, lit."""
        above = np.asarray(inputs, dtype=np.float64).mean(axis=1) - self.threshold
        return np.stack([-above, above], axis=1)


def make(block, folder):
    """Return the target of a block `{kind: lighthouse, threshold: 0.5}`."""
    return Lighthouse(float(block.get("threshold", 0.5)))


CARD: Card[Target] = Card(make, "A lamp detector")
