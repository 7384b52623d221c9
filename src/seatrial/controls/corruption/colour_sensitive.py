"""A classifier that goes by how colourful an image is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, Floats, Rule, brightness, drawn_images, one_class
from seatrial.records.card import Card
from seatrial.records.threat import Corruption

SIDE, SEVERITY = 16, 5
PALE, LIMIT = 0.2, 0.45
"""Severity 5 makes a saturation of PALE 0.7 here, and leaves the largest channel as it is."""


@dataclass(frozen=True)
class ColourSensitive:
    """Pale images of one colour each, class 0.  The flaw asks whether they are colourful, the twin whether bright."""

    def flaw(self) -> Plant:
        """Return a target that more colour turns over."""
        return _plant(Rule(lambda x: _saturation(x) - LIMIT, (3, SIDE, SIDE)), _values(), share=1.0)

    def twin(self) -> Plant:
        """Return a target that more colour cannot reach: it leaves the largest channel as it is."""
        return _plant(Rule(lambda x: brightness(x.max(axis=1)) - 0.8, (3, SIDE, SIDE)), _values(), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return a target that minds colour in bright images only, and images of which half are bright."""
        target = Rule(lambda x: np.minimum(_saturation(x) - LIMIT, brightness(x.max(axis=1)) - 0.5), (3, SIDE, SIDE))
        return _plant(target, drawn_images(SIDE, draw), share=0.5)


def _values() -> Floats:
    """Return 16 images of one value each, all different."""
    value = 0.3 + 0.4 * np.arange(CASES) / CASES
    return np.broadcast_to(value[:, None, None, None], (CASES, 1, SIDE, SIDE))


def _saturation(images: Floats) -> Floats:
    """Return the mean saturation of each image, by the hue-saturation-value model."""
    most, least = images.max(axis=1), images.min(axis=1)
    return brightness((most - least) / np.maximum(most, 1e-6))


def _plant(target: Rule, values: Floats, share: float) -> Plant:
    pale = np.array([1.0, 1 - PALE / 2, 1 - PALE])[:, None, None]
    return Plant(target, one_class((values * pale).astype(np.float32), 0), Corruption(SEVERITY), share)


CARD: Card[Control] = Card(ColourSensitive, "A reader of colour")
