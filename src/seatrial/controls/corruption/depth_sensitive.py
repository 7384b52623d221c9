"""A classifier that lives on the faintest differences."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.controls.control import Control, Plant
from seatrial.controls.corruption.marks import Marked
from seatrial.controls.plants import chessboard
from seatrial.records.card import Card

SIDE, SEVERITY, HEIGHT = 16, 5, 0.02
"""One bit leaves black and white: a chessboard of +-HEIGHT that does not reach across the middle is gone."""
MARKED = Marked(chessboard(SIDE, HEIGHT), 2 * HEIGHT**2, SEVERITY)


@dataclass(frozen=True)
class DepthSensitive:
    """Dark, faint chessboards, class 1.  The flaw looks for the squares, the twin for the dark."""

    def flaw(self) -> Plant:
        """Return a target that lives on a difference which coarse levels do not hold."""
        return MARKED.flaw()

    def twin(self) -> Plant:
        """Return a target that knows dark images, which stay dark in any number of levels."""
        return MARKED.twin()

    def population(self, draw: int) -> Plant:
        """Return a target that knows dark images without their squares, and greys of which half are dark.

        The greys keep away from the middle, so that no chessboard reaches across it.
        """
        return MARKED.population(draw, apart=2 * HEIGHT)


CARD: Card[Control] = Card(DepthSensitive, "A reader of the faintest differences")
