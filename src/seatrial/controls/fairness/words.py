"""A scorer that looks at the name of the group, and one that does not: rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.cases.listed import Listed
from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, one_class
from seatrial.controls.rules import FrameRule
from seatrial.records.batch import Frame
from seatrial.records.card import Card
from seatrial.records.threat import Swap

HERE, ELSEWHERE = "here", "elsewhere"
"""Names of the two groups; every case is of the first."""


@dataclass(frozen=True, slots=True)
class WordsControl:
    """Sixteen rows of one group, all granted; in the other group all would be refused, or none."""

    def flaw(self) -> Plant:
        """Return the scorer for which the name of the group decides; every row falls."""
        return _plant(FrameRule(lambda rows: rows["merit"] - 10.0 * (rows["group"] != HERE)), share=1.0)

    def twin(self) -> Plant:
        """Return the scorer that gives the group no weight; no row falls."""
        return _plant(FrameRule(lambda rows: rows["merit"]), share=0.0)


def _plant(rule: FrameRule, *, share: float) -> Plant:
    return Plant(rule, _cases(), Swap(("group",)), share=share, own={"values": (HERE, ELSEWHERE)})


def _cases() -> Listed:
    merit = (np.arange(CASES) + 1.0) / CASES
    return one_class(Frame(merit=merit, group=np.full(CASES, HERE)), 1)


CARD: Card[Control] = Card(WordsControl, title="A scorer that looks at the name of the group")
