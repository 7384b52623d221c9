"""A classifier that hangs on the light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, Floats, Rule, brightness, one_class, streams
from seatrial.records.card import Card
from seatrial.records.threat import Colour

SIDE = 8
THREAT = Colour(brightness=0.1, contrast=0.2, hue=20.0, saturation=0.2)
LIMIT = 0.5


@dataclass(frozen=True)
class Tinted:
    """Colour images of a plain background with a half that is brighter; class 1.

    The flaw asks whether the image is brighter than 0.5, and it is by at most 0.06: less light turns it over.  The twin
    asks whether the right half is brighter than the left one: no light, contrast, hue or saturation that is the same
    for the whole image changes the order of two greys.
    """

    def flaw(self) -> Plant:
        """Return a target that a change of light turns over."""
        return _plant(Rule(lambda images: brightness(images) - LIMIT, (3, SIDE, SIDE)), _greys(), share=1.0)

    def twin(self) -> Plant:
        """Return a target that no change of light can reach."""
        return _plant(Rule(_order, (3, SIDE, SIDE)), _greys(), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return the flaw's target, and cases of which, by the toss of a coin, every one is far brighter."""
        far = streams(f"tinted {draw}", CASES).uniform("coins", (), np.zeros(CASES)) < 0.5
        target = Rule(lambda images: brightness(images) - LIMIT, (3, SIDE, SIDE))
        return _plant(target, _greys() + 0.3 * far, share=0.5)


def _greys() -> Floats:
    """Return the greys of the cases, 0.52 to 0.56."""
    greys: Floats = 0.52 + 0.04 * np.arange(CASES) / CASES
    return greys


def _order(images: Floats) -> Floats:
    """Return by how much the right half is brighter than the left one."""
    return brightness(images[..., SIDE // 2 :]) - brightness(images[..., : SIDE // 2])


def _plant(target: Rule, greys: Floats, share: float) -> Plant:
    images = np.broadcast_to(greys[:, None, None, None], (CASES, 3, SIDE, SIDE)).copy()
    images[..., : SIDE // 2] -= 0.05
    images[..., SIDE // 2 :] += 0.05
    return Plant(target, one_class(images.astype(np.float32), 1), THREAT, share)


CARD: Card[Control] = Card(Tinted, "Just bright enough for the light")
