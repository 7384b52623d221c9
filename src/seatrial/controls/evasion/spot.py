"""A linear classifier that looks at one spot, as no patch attack may miss it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, Floats, Linear, one_class, plain_images, streams
from seatrial.records.card import Card
from seatrial.records.threat import Patch

SIDE, SPOT = 12, slice(7, 10)
SHARE = 0.12
"""Of 144 pixels: a square of 4; the spot has 3."""
QUERIES = 400
BRIGHT = 0.5
"""Brightness above which an image is of class 1."""


@dataclass(frozen=True)
class Spot:
    """Bright images, class 1.  The flaw looks at nine pixels, the twin at all of them.

    A dark patch on the spot turns the flaw over.  A patch of 17 of 144 pixels takes less than an eighth
    of the brightness, and the images are at least 0.65 bright, so the twin stands: 0.65 x 7/8 > 0.5.
    """

    def flaw(self) -> Plant:
        """Return a target that a patch on the right spot turns over."""
        weights = np.zeros((SIDE, SIDE))
        weights[SPOT, SPOT] = 1.0
        return _plant(weights, 1 - plain_images(SIDE), 1.0)

    def twin(self) -> Plant:
        """Return a target that no patch of this size can turn over."""
        return _plant(np.ones((SIDE, SIDE)), 1 - plain_images(SIDE), 0.0)

    def population(self, draw: int) -> Plant:
        """Return a target to which the spot is a third of all, and cases whose rest, by a coin, is bright or not.

        Behind a rest of 0.45 the covered spot turns it over; behind one of 0.95 no 17 pixels do.
        """
        coin = streams(f"spots {draw}", CASES).uniform("coins", (), np.zeros(CASES)) < 0.5
        weights = np.full((SIDE, SIDE), 2.0 / (SIDE * SIDE - 9))
        weights[SPOT, SPOT] = 1.0 / 9
        rest = np.where(coin, 0.45, 0.95)[:, None, None, None]
        images = np.broadcast_to(rest, (CASES, 1, SIDE, SIDE)).copy()
        images[..., SPOT, SPOT] = (1 - plain_images(SIDE))[..., SPOT, SPOT]
        return _plant(weights, images, 0.5)


def _plant(weights: Floats, images: Floats, share: float) -> Plant:
    flat = (weights / weights.sum()).reshape(-1)
    both = np.stack([-flat, flat]).astype(np.float32)
    target = Linear(both, np.array([BRIGHT, -BRIGHT], dtype=np.float32), (1, SIDE, SIDE))
    return Plant(target, one_class(images.astype(np.float32), 1), Patch(SHARE, queries=QUERIES), share)


CARD: Card[Control] = Card(Spot, "A plane that hangs on one spot")
