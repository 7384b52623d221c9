"""A classifier that goes by how bright an image is."""

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

SIDE, SEVERITY, MORE, HEIGHT = 32, 5, 0.3, 0.1
"""Severity 5 adds 0.3 to every grey here; a chessboard of +-HEIGHT keeps its roughness of 4 HEIGHT²."""


@dataclass(frozen=True)
class LightSensitive:
    """Dark chessboards, class 0.  The flaw asks whether the image is bright, the twin whether the squares are gone."""

    def flaw(self) -> Plant:
        """Return a target that more light turns over."""
        target = Rule(lambda images: brightness(images) - 0.45, (1, SIDE, SIDE))
        return _plant(target, plain_images(SIDE), share=1.0)

    def twin(self) -> Plant:
        """Return a target that more light cannot reach: it leaves differences as they are."""
        target = Rule(lambda images: 2 * HEIGHT**2 - roughness(images), (1, SIDE, SIDE))
        return _plant(target, plain_images(SIDE), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return a target with a threshold so high that more light lifts half of the greys over it."""
        target = Rule(lambda images: brightness(images) - 0.5 - MORE, (1, SIDE, SIDE))
        return Plant(target, one_class(drawn_images(SIDE, draw), 0), Corruption(SEVERITY), share=0.5)


def _plant(target: Rule, greys: Floats, share: float) -> Plant:
    images = (greys + chessboard(SIDE, HEIGHT)).astype(np.float32)
    return Plant(target, one_class(images, 0), Corruption(SEVERITY), share)


CARD: Card[Control] = Card(LightSensitive, "A reader of brightness")
