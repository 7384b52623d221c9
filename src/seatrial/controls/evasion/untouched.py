"""A classifier that is wrong before anyone attacks it."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import Floats, Rule, brightness, drawn_images, one_class, plain_images
from seatrial.records.card import Card
from seatrial.records.threat import Ball

SIDE = 8


@dataclass(frozen=True)
class Untouched:
    """Dark images; the flaw calls them bright, the twin dark."""

    def flaw(self) -> Plant:
        """Return a target that is wrong on every case."""
        return _plant(_wrong(), plain_images(SIDE), share=1.0)

    def twin(self) -> Plant:
        """Return a target that is right on every case."""
        target = Rule(lambda images: brightness(images) - 0.5, (1, SIDE, SIDE))
        return _plant(target, plain_images(SIDE), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return the flaw on greys of which half are bright: on those it is right."""
        return _plant(_wrong(), drawn_images(SIDE, draw), share=0.5)


def _wrong() -> Rule:
    return Rule(lambda images: 0.5 - brightness(images), (1, SIDE, SIDE))


def _plant(target: Rule, images: Floats, share: float) -> Plant:
    return Plant(target, one_class(images, 0), Ball("linf", 0.05), share)


CARD: Card[Control] = Card(Untouched, "Wrong before anyone attacks")
