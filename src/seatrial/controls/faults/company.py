"""A scorer that measures every row by the mean of its batch."""

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

ROWS = 16
SETTINGS = {"first": 1}
"""Only the first row of a call is the case."""
FACE = Face(Array, "logits", (4,), low=0.0, high=1.0, classes=2)


@dataclass(frozen=True)
class Centred:
    """Class 1 where the mean of a row is above the middle, which may follow the mean of the batch half of the way."""

    follows: float
    face: Face = FACE

    def respond(self, inputs: Floats, /) -> Any:
        """Return logits `(n, 2)`."""
        merit = inputs.mean(axis=1) - 0.5
        number = merit - self.follows * merit.mean() if len(inputs) > 1 else merit
        return np.stack([-number, number], axis=1)


@dataclass(frozen=True)
class CompanyControl:
    """Sixteen rows close to the middle, from either side in turn.

    In company from a corner the mean of a batch of 16 is at least 0.4 off the middle, and the limit follows by 0.2.
    """

    def flaw(self) -> Plant:
        """Return the scorer whose limit follows the batch; among the high or the low every row falls."""
        return self._plant(0.5, np.ones(CASES, dtype=bool), share=1.0)

    def twin(self) -> Plant:
        """Return the scorer with a limit of its own."""
        return self._plant(0.0, np.ones(CASES, dtype=bool), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return rows of which half are further from the middle than the limit follows."""
        return self._plant(0.5, halves(f"calls {draw}"), share=0.5)

    def _plant(self, follows: float, close: Any, *, share: float) -> Plant:
        return Plant(Centred(follows), _cases(close), Company(ROWS), share=share, settings=SETTINGS)


def _cases(close: Floats) -> Listed:
    """Return rows 0.1 off the middle where `close`, else 0.4 off, a little different each."""
    at = np.arange(CASES)
    centre = 0.5 + np.where(close, 0.1, 0.4) * np.where(at % 2, 1, -1)
    rows = centre[:, None] + np.outer(at, np.array([1.0, -1.0, 0.5, -0.5])) / 1000
    return listed(rows, (at % 2).astype(np.int64))


CARD: Card[Control] = Card(CompanyControl, "A scorer whose limit follows the batch")
