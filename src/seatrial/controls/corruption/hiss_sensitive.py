"""A listener that hears the hiss instead of the tone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.corruption.tones import tones, tuned
from seatrial.controls.plants import CASES, brightness, roughness
from seatrial.controls.rules import halves
from seatrial.records.card import Card

LOUD, LIMIT = 0.2, 0.002
"""A tone of this loudness has roughness 0.0005; noise 10 dB below it adds 2 * 0.02 / 10 = 0.004."""


@dataclass(frozen=True)
class HissSensitive:
    """Tones, class 0.  The flaw asks whether they are rough, the twin whether their mean is high."""

    def flaw(self) -> Plant:
        """Return a target that noise turns over."""
        return tuned(lambda x: roughness(x) - LIMIT, tones(np.full(CASES, LOUD)), label=0, share=1.0)

    def twin(self) -> Plant:
        """Return a target that noise cannot reach: it would have to move the mean by thirty deviations."""
        return tuned(lambda x: brightness(x) - 0.6, tones(np.full(CASES, LOUD)), label=0, share=0.0)

    def population(self, draw: int) -> Plant:
        """Return a target that minds roughness in high tones only, and tones of which half are high."""
        signals = tones(np.full(CASES, LOUD), np.where(halves(f"tones {draw}"), 0.6, 0.4))
        return tuned(lambda x: np.minimum(roughness(x) - LIMIT, brightness(x) - 0.5), signals, label=0, share=0.5)


CARD: Card[Control] = Card(HissSensitive, "A listener for hiss")
