"""A linear classifier whose cases all stand too close on the same side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.border import bordered
from seatrial.controls.control import Control, Plant
from seatrial.controls.evasion.linear import EPS, QUERIES, REACH
from seatrial.controls.plants import CASES, Floats, streams
from seatrial.records.card import Card
from seatrial.records.threat import Ball


@dataclass(frozen=True)
class Alike:
    """Two classes, one plane, and all cases on one side of it: one change moves all of them towards it alike.

    The flaw's cases have a tenth of the margin that the best change takes, the twin's have twice that margin, so
    nothing inside the ball breaks one.
    """

    def flaw(self) -> Plant:
        """Return cases that one change breaks, all of them."""
        return _plant(np.full(CASES, 0.1 * REACH), share=1.0)

    def twin(self) -> Plant:
        """Return cases that no change inside the ball can break."""
        return _plant(np.full(CASES, 2.0 * REACH), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return cases of which every one, by the toss of a coin, has the margin of the flaw or of the twin."""
        near = streams(f"alike {draw}", CASES).uniform("coins", (), np.zeros(CASES)) < 0.5
        return _plant(np.where(near, 0.1 * REACH, 2.0 * REACH), share=0.5)


def _plant(margin: Floats, share: float) -> Plant:
    return bordered("evasion.alike", margin, Ball("linf", EPS, queries=QUERIES), share, one_side=True)


CARD: Card[Control] = Card(Alike, "A plane too close on one side")
