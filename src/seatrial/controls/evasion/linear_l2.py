"""A linear classifier that stands too close to its cases, measured in length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.border import NUMBERS, bordered
from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, streams
from seatrial.records.card import Card
from seatrial.records.threat import Ball

NAME, EPS = "evasion.linear_l2", 0.8
REACH = EPS * NUMBERS**0.5
"""How far an attack of that radius can move the margin: eps times the L2 norm of weights that are all 1 or -1."""
BALL = Ball("l2", EPS, queries=150)


@dataclass(frozen=True)
class Lengthy:
    """Two classes, one plane between them: the flaw's cases have a tenth of the margin that an attack can take.

    The twin's have twice that margin, so no perturbation inside the L2 ball can break one.  Inputs stay so far
    from 0 and 1 that the box does not matter: all of it is arithmetic.
    """

    def flaw(self) -> Plant:
        """Return cases that every attack must break."""
        return bordered(NAME, 0.1 * REACH, BALL, share=1.0)

    def twin(self) -> Plant:
        """Return cases that no attack inside the ball can break."""
        return bordered(NAME, 2.0 * REACH, BALL, share=0.0)

    def population(self, draw: int) -> Plant:
        """Return cases whose margins are drawn between nothing and twice the reach: half of all such cases can fall."""
        share = streams(f"{NAME} {draw}", CASES).uniform("margins", (), np.zeros(CASES))
        return bordered(NAME, 2.0 * REACH * share, BALL, share=0.5)


CARD: Card[Control] = Card(Lengthy, "A plane too close, measured in length")
