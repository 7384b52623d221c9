"""A classifier that lives on the finest detail."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.controls.control import Control, Plant
from seatrial.controls.corruption.marks import Marked
from seatrial.controls.plants import chessboard
from seatrial.records.card import Card

SIDE, SEVERITY, HEIGHT = 32, 5, 0.1
"""A chessboard of +-HEIGHT has roughness (2 HEIGHT)² = 0.04; a bell of one pixel leaves less than a ten thousandth."""
MARKED = Marked(chessboard(SIDE, HEIGHT), 2 * HEIGHT**2, SEVERITY)


@dataclass(frozen=True)
class BlurSensitive:
    """Dark chessboards, class 1.  The flaw looks for the squares, the twin for the dark."""

    def flaw(self) -> Plant:
        """Return a target that blur turns over."""
        return MARKED.flaw()

    def twin(self) -> Plant:
        """Return a target that blur cannot reach: it leaves the mean as it is."""
        return MARKED.twin()

    def population(self, draw: int) -> Plant:
        """Return a target that knows dark images without their squares, and greys of which half are dark."""
        return MARKED.population(draw)


CARD: Card[Control] = Card(BlurSensitive, "A reader of the finest detail")
