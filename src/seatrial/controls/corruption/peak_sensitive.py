"""A listener that goes by the loudest moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.corruption.tones import crossings, peak, tones, tuned
from seatrial.controls.plants import CASES, streams
from seatrial.records.card import Card

LIMIT = 0.12
"""Severity 3 leaves 0.4 of a peak."""


@dataclass(frozen=True)
class PeakSensitive:
    """Loud tones, class 1.  The flaw asks how loud they become, the twin how often they swing."""

    def flaw(self) -> Plant:
        """Return a target that clipping turns over."""
        return tuned(lambda x: peak(x) - 2 * LIMIT, tones(np.linspace(0.3, 0.4, CASES)), label=1, share=1.0)

    def twin(self) -> Plant:
        """Return a target that clipping cannot reach: it leaves the crossings where they are."""
        return tuned(lambda x: crossings(x) - 4.5, tones(np.linspace(0.3, 0.4, CASES)), label=1, share=0.0)

    def population(self, draw: int) -> Plant:
        """Return tones whose peaks are so drawn that half of them are below the limit when 0.4 of them is left."""
        loud = 0.2 + 0.2 * streams(f"tones {draw}", CASES).uniform("loud", (), np.zeros(1))
        return tuned(lambda x: peak(x) - LIMIT, tones(loud), label=1, share=0.5)


CARD: Card[Control] = Card(PeakSensitive, "A listener for the loudest moment")
