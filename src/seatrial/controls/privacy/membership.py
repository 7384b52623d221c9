"""A model that remembers its training rows, and one that knows their classes' frequencies only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatrial.cases.listed import Listed, listed
from seatrial.controls.control import Control, Plant
from seatrial.records.batch import Array
from seatrial.records.card import Card
from seatrial.records.threat import Knowledge
from seatrial.targets.target import Face

CASES = 400
"""Members and non-members, in turns."""
FEATURES = 4
CLASSES = 3
SHARE = 0.6
"""Of the claims that must be right on the flaw, and at most on the twin: guessing passes it once in 30,000."""
LOGITS = Face(takes=Array, gives="logits", shape=(FEATURES,), classes=CLASSES)
CHANCES = Face(takes=Array, gives="probabilities", shape=(FEATURES,), classes=CLASSES)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Memoriser:
    """Scores each class by the distance to its nearest training row; equal labels are no help to new rows."""

    rows: Floats
    labels: npt.NDArray[np.int64]
    face: Face = LOGITS

    def respond(self, inputs: Floats, /) -> Floats:
        """Return logits `(n, classes)`: minus twenty times the distance to the nearest row of each class."""
        apart = np.linalg.norm(np.asarray(inputs)[:, None, :] - self.rows[None, :, :], axis=2)
        nearest = [np.where(self.labels == label, apart, np.inf).min(axis=1) for label in range(CLASSES)]
        return -20.0 * np.stack(nearest, axis=1)


@dataclass(frozen=True)
class Prior:
    """Answers every input with how frequent the classes were in training."""

    chances: Floats
    face: Face = CHANCES

    def respond(self, inputs: Floats, /) -> Floats:
        """Return the same probabilities `(n, classes)` for every row."""
        return np.tile(self.chances, (len(inputs), 1))


@dataclass(frozen=True, slots=True)
class MembershipControl:
    """Random rows with random labels: nothing can be learned of them, only remembered."""

    def flaw(self) -> Plant:
        """Return the memoriser; the attacker is right about at least 60 % of the cases."""
        rows, labels, _ = _drawn()
        target = Memoriser(rows[::2], labels[::2])
        return Plant(target, _cases(), Knowledge(), share=SHARE)

    def twin(self) -> Plant:
        """Return the prior, for which every case of a class is a tie; the attacker is right about half."""
        _, labels, _ = _drawn()
        chances = np.bincount(labels[::2], minlength=CLASSES) / len(labels[::2])
        return Plant(Prior(np.round(chances, 2)), _cases(), Knowledge(), share=SHARE)


def _drawn() -> tuple[Floats, npt.NDArray[np.int64], npt.NDArray[np.int8]]:
    """Return rows, labels and member flags: additive golden-ratio sequences, of which every other row is a member."""
    steps = np.arange(1, CASES + 1)[:, None] * np.sqrt(np.array([2.0, 3.0, 5.0, 7.0]))
    labels = (np.modf(np.arange(1, CASES + 1) * np.sqrt(11.0))[0] * CLASSES).astype(np.int64)
    return np.modf(steps)[0], labels, (np.arange(CASES) % 2 == 0).astype(np.int8)


def _cases() -> Listed:
    rows, labels, members = _drawn()
    return listed(rows, labels, sealed=members)


CARD: Card[Control] = Card(MembershipControl, title="A model that remembers its training rows")
