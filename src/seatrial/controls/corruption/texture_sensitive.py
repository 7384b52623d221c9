"""A classifier that lives on fine, faint texture without any order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import Floats, Rule, brightness, drawn_images, one_class, plain_images, roughness, streams
from seatrial.records.card import Card
from seatrial.records.threat import Corruption

SIDE, SEVERITY, HEIGHT = 32, 5, 0.03
"""Every pixel is HEIGHT above or below its grey by the toss of a coin: the roughness is 2 HEIGHT², and the texture has
no direction that a blur could spare."""


@dataclass(frozen=True)
class TextureSensitive:
    """Dark images with a faint grain, class 1.  The flaw looks for the grain, the twin for the dark."""

    def flaw(self) -> Plant:
        """Return a target that whatever smooths the image turns over."""
        target = Rule(lambda images: roughness(images) - HEIGHT**2, (1, SIDE, SIDE))
        return _plant(target, plain_images(SIDE), share=1.0)

    def twin(self) -> Plant:
        """Return a target that smoothing cannot reach: it leaves the mean as it is."""
        target = Rule(lambda images: 0.5 - brightness(images), (1, SIDE, SIDE))
        return _plant(target, plain_images(SIDE), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return a target that knows dark images without their grain, and greys of which half are dark."""
        target = Rule(lambda x: np.maximum(roughness(x) - HEIGHT**2, 0.5 - brightness(x)), (1, SIDE, SIDE))
        return _plant(target, drawn_images(SIDE, draw), share=0.5)


def _plant(target: Rule, greys: Floats, share: float) -> Plant:
    grain = streams("controls/corruption.texture_sensitive", 16).signs("grain", (1, SIDE, SIDE), np.zeros(1)) * HEIGHT
    images = (greys + grain).astype(np.float32)
    return Plant(target, one_class(images, 1), Corruption(SEVERITY), share)


CARD: Card[Control] = Card(TextureSensitive, "A reader of faint grain")
