"""A classifier that knows its object in one place and one position only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import Floats, Rule, brightness, drawn_images, one_class, plain_images
from seatrial.records.card import Card
from seatrial.records.threat import Motion

SIDE, MIDDLE = 21, 10
HEIGHT = 0.2
"""How much brighter than the rest of the image the bar is."""
THREAT = Motion(degrees=30, shift=0.1)
"""Ten percent of 21 pixels: two columns, more than the bar is wide; thirty degrees leave it three pixels of 21."""


@dataclass(frozen=True)
class Upright:
    """Dark images with a bright bar, one pixel wide, from top to bottom of the middle column; class 1.

    The flaw compares the middle column with the rest of the image: the bar turned by thirty degrees, or moved by a
    tenth, is not there any more.  The twin asks whether the image is dark: what comes into view repeats the border,
    so no movement makes a dark image bright.
    """

    def flaw(self) -> Plant:
        """Return a target that a turn or a shift breaks."""
        return _plant(Rule(_bar, (1, SIDE, SIDE)), plain_images(SIDE), share=1.0)

    def twin(self) -> Plant:
        """Return a target that no movement can reach."""
        target = Rule(lambda images: 0.5 - brightness(images), (1, SIDE, SIDE))
        return _plant(target, plain_images(SIDE), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return a target that knows dark images without their bar, and greys of which half are dark."""
        target = Rule(lambda x: np.maximum(_bar(x), 0.5 - _least(x)), (1, SIDE, SIDE))
        return _plant(target, drawn_images(SIDE, draw), share=0.5)


def _bar(images: Floats) -> Floats:
    """Return by how much the middle column is brighter than the image, less half of what the bar makes of it."""
    return brightness(images[..., MIDDLE]) - brightness(images) - HEIGHT / 2


def _least(images: Floats) -> Floats:
    """Return the grey of an image behind its bar, wherever the bar is."""
    least: Floats = images.min(axis=(1, 2, 3))
    return least


def _plant(target: Rule, greys: Floats, share: float) -> Plant:
    images = greys.copy()
    images[..., MIDDLE] += HEIGHT
    return Plant(target, one_class(images, 1), THREAT, share)


CARD: Card[Control] = Card(Upright, "A reader of one position")
