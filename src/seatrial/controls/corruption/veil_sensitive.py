"""A classifier that lives on plain surfaces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import (
    CASES,
    Floats,
    Rule,
    brightness,
    chessboard,
    one_class,
    plain_images,
    roughness,
    streams,
)
from seatrial.records.card import Card
from seatrial.records.threat import Corruption

SIDE, SEVERITY = 32, 3
FAINT, COARSE, BRIGHT = 1e-6, 0.2, 0.9
"""A plain surface has no roughness; what is laid over it has more than FAINT and less than COARSE, and leaves a dark
image darker than BRIGHT.  A full chessboard has 1, and keeps more than COARSE."""


@dataclass(frozen=True)
class VeilSensitive:
    """Plain dark images, class 0.  The flaw asks whether they are uneven, the twin whether they are almost white."""

    def flaw(self) -> Plant:
        """Return a target that anything uneven in front of the image turns over."""
        return _plant(Rule(lambda images: roughness(images) - FAINT, (1, SIDE, SIDE)), plain_images(SIDE), share=1.0)

    def twin(self) -> Plant:
        """Return a target that nothing of severity 3 reaches: it would have to make dark images white."""
        return _plant(Rule(lambda images: brightness(images) - BRIGHT, (1, SIDE, SIDE)), plain_images(SIDE), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return a target that does not mind unevenness where it is coarse, and images of which half are coarse."""
        target = Rule(lambda x: np.minimum(roughness(x) - FAINT, COARSE - roughness(x)), (1, SIDE, SIDE))
        coarse = streams(f"veils {draw}", CASES).uniform("board", (), np.zeros(1)) < 0.5
        boards = 0.5 + chessboard(SIDE, 1.0) * (0.5 - np.arange(CASES) / 500)[:, None, None, None]
        return _plant(target, np.where(coarse[:, None, None, None], boards, plain_images(SIDE)), share=0.5)


def _plant(target: Rule, images: Floats, share: float) -> Plant:
    return Plant(target, one_class(images.astype(np.float32), 0), Corruption(SEVERITY), share)


CARD: Card[Control] = Card(VeilSensitive, "A reader of plain surfaces")
