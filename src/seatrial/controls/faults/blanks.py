"""A scorer that reads a missing number as zero, and one that leaves it out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.cases.listed import Listed
from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, Floats, one_class, streams
from seatrial.controls.rules import FrameRule
from seatrial.records.batch import Frame
from seatrial.records.card import Card
from seatrial.records.threat import Missing

COLUMNS = ("age", "income", "savings", "years")
FIELDS = 1


def numbers(rows: Frame) -> Floats:
    """Return the numbers of all rows, `(n, columns)`."""
    return np.stack([rows[name] for name in COLUMNS], axis=1)


@dataclass(frozen=True)
class Blanks:
    """Sixteen rows of four alike numbers, class 1: their sum must be above a limit.  One may be missing."""

    def flaw(self) -> Plant:
        """Return the scorer that reads what is missing as zero: three of four are below the limit."""
        return Plant(FrameRule(_summed), _cases(np.linspace(0.26, 0.33, CASES)), Missing(FIELDS), share=1.0)

    def twin(self) -> Plant:
        """Return the scorer of the mean of what is there, which does not change."""
        target = FrameRule(lambda rows: np.nanmean(numbers(rows), axis=1) - 0.25)
        return Plant(target, _cases(np.linspace(0.26, 0.33, CASES)), Missing(FIELDS), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return rows drawn so that in half of them three of the numbers are enough."""
        drawn = streams(f"rows {draw}", CASES).uniform("number", (), np.zeros(1))
        return Plant(FrameRule(_summed), _cases(1 / 4 + drawn / 6), Missing(FIELDS), share=0.5)


def _summed(rows: Frame) -> Floats:
    found: Floats = np.nan_to_num(numbers(rows)).sum(axis=1) - 1
    return found


def _cases(values: Floats) -> Listed:
    return one_class(Frame(dict.fromkeys(COLUMNS, values)), 1)


CARD: Card[Control] = Card(Blanks, "A scorer that reads a missing number as zero")
