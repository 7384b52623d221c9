"""A classifier that is wrong before anyone attacks it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.cases.listed import listed
from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import Rule, brightness, plain_images
from seatrial.records.card import Card
from seatrial.records.threat import Ball

SIDE = 8


@dataclass(frozen=True)
class Untouched:
    """Dark images; the flaw calls them bright, the twin dark."""

    def flaw(self) -> Plant:
        """Return a target that is wrong on every case."""
        return _plant(Rule(lambda images: 0.5 - brightness(images), (1, SIDE, SIDE)), share=1.0)

    def twin(self) -> Plant:
        """Return a target that is right on every case."""
        return _plant(Rule(lambda images: brightness(images) - 0.5, (1, SIDE, SIDE)), share=0.0)


def _plant(target: Rule, share: float) -> Plant:
    return Plant(target, listed(plain_images(SIDE), np.zeros(16, dtype=np.int64)), Ball("linf", 0.05), share)


CARD: Card[Control] = Card(Untouched, "Wrong before anyone attacks")
