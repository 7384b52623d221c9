"""A classifier that lives on fine, faint texture without any order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.corruption.marks import Marked
from seatrial.controls.plants import CASES, streams
from seatrial.records.card import Card

SIDE, SEVERITY, HEIGHT = 32, 5, 0.03
"""Every pixel is HEIGHT above or below its grey by the toss of a coin: the roughness is 2 HEIGHT², and the texture has
no direction that a blur could spare."""
_TOSSES = streams("controls/corruption.texture_sensitive", CASES).signs("grain", (1, SIDE, SIDE), np.zeros(1))
MARKED = Marked(_TOSSES * HEIGHT, HEIGHT**2, SEVERITY)


@dataclass(frozen=True)
class TextureSensitive:
    """Dark images with a faint grain, class 1.  The flaw looks for the grain, the twin for the dark."""

    def flaw(self) -> Plant:
        """Return a target that whatever smooths the image turns over."""
        return MARKED.flaw()

    def twin(self) -> Plant:
        """Return a target that smoothing cannot reach: it leaves the mean as it is."""
        return MARKED.twin()

    def population(self, draw: int) -> Plant:
        """Return a target that knows dark images without their grain, and greys of which half are dark."""
        return MARKED.population(draw)


CARD: Card[Control] = Card(TextureSensitive, "A reader of faint grain")
