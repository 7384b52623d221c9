"""A linear classifier that a few numbers can turn."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.controls.border import Border, crossing
from seatrial.controls.control import Control, Plant
from seatrial.records.card import Card
from seatrial.records.threat import Ball

NAME, COUNT = "evasion.linear_l0", 4
BORDER = Border(NAME, crossing(NAME, COUNT), Ball("l0", float(COUNT), queries=150))


@dataclass(frozen=True)
class Few:
    """Two classes, one plane between them: four numbers at an end of their range cross ten times the flaw's margin.

    The twin's cases have twice the margin that the four best numbers can cross, so no change of four breaks one.
    """

    def flaw(self) -> Plant:
        """Return cases that a single number breaks."""
        return BORDER.flaw()

    def twin(self) -> Plant:
        """Return cases that no four numbers can break."""
        return BORDER.twin()

    def population(self, draw: int) -> Plant:
        """Return cases whose margins are drawn between nothing and twice what can be crossed: half of such can fall."""
        return BORDER.population(f"{NAME} {draw}")


CARD: Card[Control] = Card(Few, "A plane that a few numbers cross")
