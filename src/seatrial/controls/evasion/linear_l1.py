"""A linear classifier that stands too close to its cases, measured in sum."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.controls.border import Border
from seatrial.controls.control import Control, Plant
from seatrial.records.card import Card
from seatrial.records.threat import Ball

NAME, EPS = "evasion.linear_l1", 6.0
REACH = EPS
"""How far an attack of that radius can move the margin: eps times the largest of weights that are all 1 or -1."""
BORDER = Border(NAME, REACH, Ball("l1", EPS, queries=150))


@dataclass(frozen=True)
class Summed:
    """Two classes, one plane between them: the flaw's cases have a tenth of the margin that an attack can take.

    The twin's have twice that margin, so no perturbation inside the L1 ball can break one.  Inputs stay so far
    from 0 and 1 that the box does not matter: all of it is arithmetic.
    """

    def flaw(self) -> Plant:
        """Return cases that every attack must break."""
        return BORDER.flaw()

    def twin(self) -> Plant:
        """Return cases that no attack inside the ball can break."""
        return BORDER.twin()

    def population(self, draw: int) -> Plant:
        """Return cases whose margins are drawn between nothing and twice the reach: half of all such cases can fall."""
        return BORDER.population(f"{NAME} {draw}")


CARD: Card[Control] = Card(Summed, "A plane too close, measured in sum")
