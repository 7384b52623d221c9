"""A scorer that rests on one field, another for each row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.cases.listed import Listed
from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, Floats, one_class
from seatrial.controls.rules import FrameRule, halves
from seatrial.records.batch import Frame
from seatrial.records.card import Card
from seatrial.records.threat import Missing

COLUMNS = ("age", "income", "savings", "years", "debts")
JOB = "job"
WEIGHT = {"chief": 1.0, "clerk": 0.1, "": 0.0}


@dataclass(frozen=True)
class MissingControl:
    """Sixteen rows of six fields, class 1.  One field in each, a number or the job, weighs more than all others."""

    def flaw(self) -> Plant:
        """Return the scorer that cannot do without the field that weighs most: whoever finds it turns it over."""
        return Plant(FrameRule(_weighed), _cases(np.ones(CASES, dtype=bool)), Missing(1), share=1.0)

    def twin(self) -> Plant:
        """Return the scorer that takes a missing field for the best: nothing turns it over."""
        target = FrameRule(lambda rows: np.isfinite(_weighed(rows)) - 0.5)
        return Plant(target, _cases(np.ones(CASES, dtype=bool)), Missing(1), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return rows of which half have two fields of that weight: one may be missing."""
        return Plant(FrameRule(_weighed), _cases(halves(f"rows {draw}")), Missing(1), share=0.5)


def _weighed(rows: Frame) -> Floats:
    """Return the sum of what is there, less 0.8."""
    job = np.array([WEIGHT[str(name)] for name in rows[JOB]])
    found: Floats = np.nan_to_num(np.stack([rows[name] for name in COLUMNS], axis=1)).sum(axis=1) + job - 0.8
    return found


def _cases(once: Floats) -> Listed:
    """Return rows whose `at`-th field weighs 1, and the next one too unless `once`; all others weigh about 0.1."""
    at = np.arange(CASES)
    heavy = np.zeros((CASES, 6), dtype=bool)
    heavy[at, at % 6] = True
    heavy[at, (at + 1) % 6] |= ~np.asarray(once)
    numbers = np.where(heavy, 1.0, 0.1 + at[:, None] / 1000)
    columns = {name: numbers[:, place] for place, name in enumerate(COLUMNS)}
    job = np.where(heavy[:, 5], "chief", "clerk")
    return one_class(Frame({**columns, JOB: job}), 1)


CARD: Card[Control] = Card(MissingControl, "A scorer that rests on one field")
