"""A linear classifier that stands too close to its cases."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.controls.border import NUMBERS, Border
from seatrial.controls.control import Control, Plant
from seatrial.records.card import Card
from seatrial.records.threat import Ball

EPS = 0.1
REACH = EPS * NUMBERS
"""How far an Linf attack can move the margin: eps times the L1 norm of weights that are all 1 or -1."""

QUERIES = 150
"""Queries per case: enough for the flaw, and an end for patient attacks on the twin."""
BORDER = Border("evasion.linear", REACH, Ball("linf", EPS, queries=QUERIES))


@dataclass(frozen=True)
class LinearControl:
    """Two classes, one plane between them: the flaw's cases have a tenth of the margin that an attack can take.

    The twin's have twice that margin, so no perturbation inside the ball can break one.  Inputs stay so far from
    0 and 1 that the box does not matter: all of it is arithmetic.
    """

    def flaw(self) -> Plant:
        """Return cases that every evasion attack must break."""
        return BORDER.flaw()

    def twin(self) -> Plant:
        """Return cases that no attack inside the ball can break."""
        return BORDER.twin()

    def population(self, draw: int) -> Plant:
        """Return cases whose margins are drawn between nothing and twice the reach: half of all such cases can fall."""
        return BORDER.population(f"linear {draw}")


CARD: Card[Control] = Card(LinearControl, "A plane too close to its cases")
