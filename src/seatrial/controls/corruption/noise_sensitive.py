"""A classifier that reads the noise instead of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import Floats, Rule, brightness, drawn_images, one_class, plain_images, roughness
from seatrial.records.card import Card
from seatrial.records.threat import Corruption

SIDE, SEVERITY = 32, 3
THRESHOLD = 0.08**2 / 4
"""The roughness that noise of severity 3 adds is 2 x 0.08²; an eighth of it flips the flaw."""


@dataclass(frozen=True)
class NoiseSensitive:
    """Smooth dark images.  The flaw asks whether they are rough, the twin whether they are bright."""

    def flaw(self) -> Plant:
        """Return a target that any visible noise turns over."""
        target = Rule(lambda images: roughness(images) - THRESHOLD, (1, SIDE, SIDE))
        return _plant(target, plain_images(SIDE), share=1.0)

    def twin(self) -> Plant:
        """Return a target that noise cannot reach: it would have to move the mean by sixty deviations."""
        target = Rule(lambda images: brightness(images) - 0.5, (1, SIDE, SIDE))
        return _plant(target, plain_images(SIDE), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return a target that noise turns over on bright images only, and greys of which half are bright."""
        target = Rule(lambda x: np.minimum(roughness(x) - THRESHOLD, brightness(x) - 0.5), (1, SIDE, SIDE))
        return _plant(target, drawn_images(SIDE, draw), share=0.5)


def _plant(target: Rule, images: Floats, share: float) -> Plant:
    return Plant(target, one_class(images, 0), Corruption(SEVERITY), share)


CARD: Card[Control] = Card(NoiseSensitive, "A reader of noise")
