"""A classifier that looks at one spot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import Floats, Rule, brightness, chessboard, one_class, plain_images, roughness, streams
from seatrial.records.card import Card
from seatrial.records.threat import Patch

SIDE, SPOT = 16, slice(9, 11)
SHARE = 0.1
"""Of 256 pixels: a square of 5; a quarter of it still hides the spot of 2."""
HEIGHT = 0.1
"""A chessboard of +-HEIGHT has roughness (2 HEIGHT)²; a square covers a tenth of it."""


@dataclass(frozen=True)
class OcclusionSensitive:
    """Bright images, class 1.  The flaw looks at four pixels, the twin at all of them."""

    def flaw(self) -> Plant:
        """Return a target that a grey square on the right spot turns over."""
        return _plant(Rule(_spot, (1, SIDE, SIDE)), 1 - plain_images(SIDE), share=1.0)

    def twin(self) -> Plant:
        """Return a target that no square of a tenth can turn over."""
        target = Rule(lambda images: brightness(images) - 0.6, (1, SIDE, SIDE))
        return _plant(target, 1 - plain_images(SIDE), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return a target that also knows a chessboard, which no square hides, and images of which half have one."""
        has = streams(f"boards {draw}", 16).uniform("board", (), np.zeros(16)) < 0.5
        target = Rule(lambda x: np.maximum(_spot(x), roughness(x) - 2 * HEIGHT**2), (1, SIDE, SIDE))
        return _plant(target, 1 - plain_images(SIDE) + has[:, None, None, None] * chessboard(SIDE, HEIGHT), share=0.5)


def _spot(images: Floats) -> Floats:
    return brightness(images[..., SPOT, SPOT]) - 0.6


def _plant(target: Rule, images: Floats, share: float) -> Plant:
    return Plant(target, one_class(images.astype(np.float32), 1), Patch(SHARE), share)


CARD: Card[Control] = Card(OcclusionSensitive, "A reader of one spot")
