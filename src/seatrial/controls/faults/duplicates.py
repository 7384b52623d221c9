"""A service that folds equal rows, and forgets to unfold the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.cases.listed import Listed, listed
from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, Floats
from seatrial.controls.rules import halves
from seatrial.records.batch import Array
from seatrial.records.card import Card
from seatrial.records.threat import Company
from seatrial.targets.target import Face

ROWS = 8
FACE = Face(Array, "logits", (2,), low=0.0, high=1.0, classes=2)


@dataclass(frozen=True)
class Folding:
    """Scores every distinct row once."""

    unfolds: bool
    face: Face = FACE

    def respond(self, inputs: Floats, /) -> Any:
        """Return logits `(n, 2)`: class 1 where the first number is above one half, and class 0 if forgotten."""
        _, first, where = np.unique(np.round(inputs, 6), axis=0, return_index=True, return_inverse=True)
        merit = inputs[first, 0] - 0.5
        if self.unfolds:
            number = merit[where.reshape(-1)]
        else:
            number = np.full(len(inputs), -0.1)
            number[first] = merit
        return np.stack([-number, number], axis=1)


@dataclass(frozen=True)
class Duplicates:
    """Sixteen different rows of class 1.  Both fold rows that are equal in six places; the twin unfolds the answers."""

    def flaw(self) -> Plant:
        """Return the service in which a repeated row is class 0."""
        return Plant(Folding(unfolds=False), _cases(np.ones(CASES, dtype=bool)), Company(ROWS), share=1.0)

    def twin(self) -> Plant:
        """Return the service that gives every repetition the answer of the first."""
        return Plant(Folding(unfolds=True), _cases(np.ones(CASES, dtype=bool)), Company(ROWS), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return rows of which half are class 0 by themselves, where forgetting to unfold changes nothing."""
        return Plant(Folding(unfolds=False), _cases(halves(f"calls {draw}")), Company(ROWS), share=0.5)


def _cases(high: Floats) -> Listed:
    at = np.arange(CASES)
    rows = np.stack([np.where(high, 0.6, 0.3) + at / 100, at / CASES], axis=1)
    return listed(rows, np.asarray(high).astype(np.int64))


CARD: Card[Control] = Card(Duplicates, "A service that folds equal rows")
