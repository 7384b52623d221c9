"""A linear classifier that knows its object by one column of pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, Floats, Linear, one_class, plain_images, streams
from seatrial.records.card import Card
from seatrial.records.threat import Flow

SIDE, MIDDLE = 21, 10
HEIGHT = 0.2
"""How much brighter than the rest of the image the bar is."""
THREAT = Flow(pixels=1.5, smooth=0.5)
LIMIT = 0.5


@dataclass(frozen=True)
class Bent:
    """Dark images with a bright bar from top to bottom of the middle column; class 1.

    The flaw compares the middle column with the whole image: moved aside by a pixel, the bar is not there any more.
    The twin asks whether the image is dark: a bend of 1.5 pixels to either side makes a bar of one column at most four
    columns wide, and four columns of 21 do not make a dark image bright.
    """

    def flaw(self) -> Plant:
        """Return a target that a small bend turns over."""
        return _plant(_bar(), -HEIGHT / 2, np.zeros(CASES, dtype=bool), share=1.0)

    def twin(self) -> Plant:
        """Return a target that no bend can reach."""
        return _plant(np.full((SIDE, SIDE), -1.0 / SIDE**2), LIMIT, np.zeros(CASES, dtype=bool), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return the flaw's target, and cases of which, by the toss of a coin, every one has a bar of five columns.

        The middle of such a bar stays bright, and even eight bright columns of 21 leave it above the mean by more than
        the limit.
        """
        wide = streams(f"bent {draw}", CASES).uniform("coins", (), np.zeros(CASES)) < 0.5
        return _plant(_bar(), -HEIGHT / 2, wide, share=0.5)


def _bar() -> Floats:
    """Return weights of how much brighter the middle column is than the image."""
    weights = np.full((SIDE, SIDE), -1.0 / SIDE**2)
    weights[:, MIDDLE] += 1.0 / SIDE
    return weights


def _plant(weights: Floats, bias: float, wide: Floats, share: float) -> Plant:
    images = plain_images(SIDE).astype(np.float64)
    images[..., MIDDLE] += HEIGHT
    for column in (MIDDLE - 2, MIDDLE - 1, MIDDLE + 1, MIDDLE + 2):
        images[..., column] += HEIGHT * wide[:, None, None]
    both = np.stack([-weights.reshape(-1), weights.reshape(-1)]).astype(np.float32)
    target = Linear(both, np.array([-bias, bias], dtype=np.float32), (1, SIDE, SIDE))
    return Plant(target, one_class(images.astype(np.float32), 1), THREAT, share)


CARD: Card[Control] = Card(Bent, "A reader of one column")
