"""A classifier that lives on the faintest differences."""

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

SIDE, SEVERITY, HEIGHT = 16, 5, 0.02
"""One bit leaves black and white: a chessboard of +-HEIGHT that does not reach across the middle is gone."""


@dataclass(frozen=True)
class DepthSensitive:
    """Dark, faint chessboards, class 1.  The flaw looks for the squares, the twin for the dark."""

    def flaw(self) -> Plant:
        """Return a target that lives on a difference which coarse levels do not hold."""
        target = Rule(lambda images: roughness(images) - 2 * HEIGHT**2, (1, SIDE, SIDE))
        return _plant(target, plain_images(SIDE), share=1.0)

    def twin(self) -> Plant:
        """Return a target that knows dark images, which stay dark in any number of levels."""
        target = Rule(lambda images: 0.5 - brightness(images), (1, SIDE, SIDE))
        return _plant(target, plain_images(SIDE), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return a target that knows dark images without their squares, and greys of which half are dark.

        The greys keep away from the middle, so that no chessboard reaches across it.
        """
        target = Rule(lambda x: np.maximum(roughness(x) - 2 * HEIGHT**2, 0.5 - brightness(x)), (1, SIDE, SIDE))
        drawn = drawn_images(SIDE, draw)
        return _plant(target, drawn + np.where(drawn < 0.5, -2 * HEIGHT, 2 * HEIGHT), share=0.5)


def _plant(target: Rule, greys: Floats, share: float) -> Plant:
    images = (greys + chessboard(SIDE, HEIGHT)).astype(np.float32)
    return Plant(target, one_class(images, 1), Corruption(SEVERITY), share)


CARD: Card[Control] = Card(DepthSensitive, "A reader of the faintest differences")
