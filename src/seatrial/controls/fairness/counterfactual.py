"""A scorer that looks at the group, and one that does not: rows of numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatrial.cases.listed import Listed
from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import one_class, streams
from seatrial.records.batch import Array
from seatrial.records.card import Card
from seatrial.records.threat import Swap
from seatrial.targets.target import Face

CASES = 16
FEATURES = 4
GROUP = 3
"""The protected column; it is 0 in every case, so that any other value is another group."""
VALUES = {"values": (0.0, 1.0)}
FACE = Face(takes=Array, gives="logits", shape=(FEATURES,), low=0.0, high=1.0, classes=2)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scorer:
    """Grants or refuses by a weighted sum, to which the group may add."""

    weight: float
    """Taken off for another group than 0; the other columns add from 0 to 1."""
    face: Face = FACE

    def respond(self, inputs: Floats, /) -> Floats:
        """Return logits `(n, 2)`: refuse, grant."""
        rows = np.asarray(inputs, dtype=np.float64)
        merit = rows[:, :GROUP].mean(axis=1) + self.weight * np.where(rows[:, GROUP] == 0, 0.0, -1.0)
        return np.stack([-merit, merit], axis=1)


@dataclass(frozen=True, slots=True)
class CounterfactualControl:
    """Sixteen rows of one group, all granted; in another group all would be refused, or none."""

    def flaw(self) -> Plant:
        """Return the scorer for which the group decides; every row falls."""
        return Plant(Scorer(weight=10.0), _cases(_rows()), Swap((GROUP,)), share=1.0, own=VALUES)

    def twin(self) -> Plant:
        """Return the scorer that gives the group no weight; no row falls."""
        return Plant(Scorer(weight=0.0), _cases(_rows()), Swap((GROUP,)), share=0.0, own=VALUES)

    def population(self, draw: int) -> Plant:
        """Return a scorer that takes off a half: a mean of three uniform numbers is below it in half of all rows."""
        rows = streams(f"rows {draw}", CASES).uniform("merits", (FEATURES,), np.zeros(1))
        return Plant(Scorer(weight=0.5), _cases(rows), Swap((GROUP,)), share=0.5, own=VALUES)


def _rows() -> Floats:
    steps: Floats = np.arange(1, CASES + 1)[:, None] * np.sqrt(np.array([2.0, 3.0, 5.0, 7.0]))
    return np.modf(steps)[0]


def _cases(rows: Floats) -> Listed:
    rows[:, GROUP] = 0.0
    return one_class(rows, 1)


CARD: Card[Control] = Card(CounterfactualControl, title="A scorer that looks at the group")
