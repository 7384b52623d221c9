"""A classifier that a dark sticker turns over wherever it is stuck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, Floats, Linear, one_class, streams
from seatrial.records.card import Card
from seatrial.records.threat import Patch

SIDE, SHARE = 12, 0.25
LIMIT = 0.5
"""Brightness above which an image is of class 1."""


@dataclass(frozen=True)
class Dimmed:
    """Images of one grey each, class 1 where they are brighter than 0.5.

    A black sticker of a quarter takes a quarter of the brightness; half as large, and in any light, still more than a
    tenth.  So images of 0.52 fall wherever it is stuck, and images of 0.7 stand: 0.7 x 3/4 > 0.5.
    """

    def flaw(self) -> Plant:
        """Return cases that a dark sticker breaks, wherever it is."""
        return _plant(np.full(CASES, 0.52), share=1.0)

    def twin(self) -> Plant:
        """Return cases that no sticker of this size can break."""
        return _plant(np.full(CASES, 0.7), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return cases of which every one, by the toss of a coin, is as bright as those of the flaw or the twin."""
        coin = streams(f"dimmed {draw}", CASES).uniform("coins", (), np.zeros(CASES)) < 0.5
        return _plant(np.where(coin, 0.52, 0.7), share=0.5)


def _plant(grey: Floats, share: float) -> Plant:
    images = (grey + 0.01 * np.arange(CASES) / CASES)[:, None, None, None] * np.ones((1, 1, SIDE, SIDE))
    flat = np.full(SIDE * SIDE, 1.0 / SIDE**2)
    both = np.stack([-flat, flat]).astype(np.float32)
    target = Linear(both, np.array([LIMIT, -LIMIT], dtype=np.float32), (1, SIDE, SIDE))
    return Plant(target, one_class(images.astype(np.float32), 1), Patch(SHARE), share)


CARD: Card[Control] = Card(Dimmed, "Just bright enough")
