"""Dark images under a faint mark of known roughness: what planted flaws that live on detail look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Plant
from seatrial.controls.plants import Floats, Rule, brightness, drawn_images, one_class, plain_images, roughness
from seatrial.records.threat import Corruption


@dataclass(frozen=True, eq=False)
class Marked:
    """Three plants over one mark; every image is of class 1."""

    mark: Floats
    """Added to one grey: `(size, size)`, or `(16, 1, size, size)` with a mark for each image."""
    rough: float
    """A mark is seen above this roughness: half of its own."""
    severity: int

    def flaw(self) -> Plant:
        """Return a target that looks for the mark, so that all fall with it."""
        return self._plant(Rule(self._seen, self._shape), plain_images(self._size), share=1.0)

    def twin(self) -> Plant:
        """Return a target that looks for the dark."""
        return self._plant(Rule(_dark, self._shape), plain_images(self._size), share=0.0)

    def population(self, draw: int, *, apart: float = 0.0) -> Plant:
        """Return a target that knows dark images without their mark, and greys of which half are dark.

        Args:
            draw: Which greys.
            apart: How far they are moved away from the middle.
        """
        greys = drawn_images(self._size, draw)
        greys = greys + np.where(greys < 0.5, -apart, apart) if apart else greys
        return self._plant(Rule(lambda x: np.maximum(self._seen(x), _dark(x)), self._shape), greys, share=0.5)

    @property
    def _size(self) -> int:
        return int(self.mark.shape[-1])

    @property
    def _shape(self) -> tuple[int, int, int]:
        return (1, self._size, self._size)

    def _seen(self, images: Floats) -> Floats:
        return roughness(images) - self.rough

    def _plant(self, target: Rule, greys: Floats, *, share: float) -> Plant:
        images = (greys + self.mark).astype(np.float32)
        return Plant(target, one_class(images, 1), Corruption(self.severity), share)


def _dark(images: Floats) -> Floats:
    return 0.5 - brightness(images)
