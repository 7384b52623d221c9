"""A classifier that looks at one spot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.cases.listed import listed
from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import Rule, brightness, plain_images
from seatrial.records.card import Card
from seatrial.records.threat import Patch

SIDE, SPOT = 16, slice(10, 13)
SHARE = 0.1
"""Of 256 pixels: a square of 5, more than the spot of 3."""


@dataclass(frozen=True)
class OcclusionSensitive:
    """Bright images, class 1.  The flaw looks at nine pixels, the twin at all of them."""

    def flaw(self) -> Plant:
        """Return a target that a grey square on the right spot turns over."""
        return _plant(Rule(lambda images: brightness(images[..., SPOT, SPOT]) - 0.6, (1, SIDE, SIDE)), share=1.0)

    def twin(self) -> Plant:
        """Return a target that no square of a tenth can turn over."""
        return _plant(Rule(lambda images: brightness(images) - 0.6, (1, SIDE, SIDE)), share=0.0)


def _plant(target: Rule, share: float) -> Plant:
    images = 1 - plain_images(SIDE)
    return Plant(target, listed(images, np.ones(16, dtype=np.int64)), Patch(SHARE), share)


CARD: Card[Control] = Card(OcclusionSensitive, "A reader of one spot")
