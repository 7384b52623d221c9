"""A listener that takes a still moment for the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.corruption.tones import peak, still, tones, tuned
from seatrial.controls.plants import CASES
from seatrial.controls.rules import halves
from seatrial.records.card import Card

LONG = 10.5
"""Severity 3 loses 20 of 200 samples; a tone never stands still for two."""


@dataclass(frozen=True)
class StillnessSensitive:
    """Loud tones, class 0.  The flaw asks whether they stand still, the twin whether they are quiet."""

    def flaw(self) -> Plant:
        """Return a target that a lost stretch turns over."""
        return tuned(lambda x: still(x) - LONG, tones(np.full(CASES, 0.3)), label=0, share=1.0)

    def twin(self) -> Plant:
        """Return a target that one lost stretch of a half period cannot reach: four other peaks are left."""
        return tuned(lambda x: 0.2 - peak(x), tones(np.full(CASES, 0.3)), label=0, share=0.0)

    def population(self, draw: int) -> Plant:
        """Return a target that minds stillness in loud tones only, and tones of which half are loud."""
        loud = np.where(halves(f"tones {draw}"), 0.4, 0.1)
        return tuned(lambda x: np.minimum(still(x) - LONG, peak(x) - 0.25), tones(loud), label=0, share=0.5)


CARD: Card[Control] = Card(StillnessSensitive, "A listener for stillness")
