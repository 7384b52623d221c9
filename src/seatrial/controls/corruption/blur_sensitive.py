"""A classifier that lives on the finest detail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import (
    Floats,
    Rule,
    brightness,
    chessboard,
    drawn_images,
    one_class,
    plain_images,
    roughness,
)
from seatrial.records.card import Card
from seatrial.records.threat import Corruption

SIDE, SEVERITY, HEIGHT = 32, 5, 0.1
"""A chessboard of +-HEIGHT has roughness (2 HEIGHT)² = 0.04; a bell of one pixel leaves less than a ten thousandth."""


@dataclass(frozen=True)
class BlurSensitive:
    """Dark chessboards, class 1.  The flaw looks for the squares, the twin for the dark."""

    def flaw(self) -> Plant:
        """Return a target that blur turns over."""
        target = Rule(lambda images: roughness(images) - 2 * HEIGHT**2, (1, SIDE, SIDE))
        return _plant(target, plain_images(SIDE), share=1.0)

    def twin(self) -> Plant:
        """Return a target that blur cannot reach: it leaves the mean as it is."""
        target = Rule(lambda images: 0.5 - brightness(images), (1, SIDE, SIDE))
        return _plant(target, plain_images(SIDE), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return a target that knows dark images without their squares, and greys of which half are dark."""
        target = Rule(lambda x: np.maximum(roughness(x) - 2 * HEIGHT**2, 0.5 - brightness(x)), (1, SIDE, SIDE))
        return _plant(target, drawn_images(SIDE, draw), share=0.5)


def _plant(target: Rule, greys: Floats, share: float) -> Plant:
    images = (greys + chessboard(SIDE, HEIGHT)).astype(np.float32)
    return Plant(target, one_class(images, 1), Corruption(SEVERITY), share)


CARD: Card[Control] = Card(BlurSensitive, "A reader of the finest detail")
