"""A linear classifier that hangs on two rows of the image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, Floats, Linear, one_class, plain_images, streams
from seatrial.records.card import Card
from seatrial.records.threat import Groups

SIDE, ROWS = 10, (3, 6)
LIMIT = 0.5
THREAT = Groups(count=2, unit="row")


@dataclass(frozen=True)
class Striped:
    """Bright images, class 1.  The flaw looks at two rows of ten, the twin at all of them.

    Both rows in black turn the flaw over, and nothing less does; two rows of ten take a fifth of the brightness of the
    twin, and the images are at least 0.65 bright: 0.65 x 4/5 > 0.5.
    """

    def flaw(self) -> Plant:
        """Return a target that two dark rows turn over."""
        return _plant(_rows(1.0, 0.0), 1 - plain_images(SIDE), share=1.0)

    def twin(self) -> Plant:
        """Return a target that no two rows can turn over."""
        return _plant(np.ones((SIDE, SIDE)), 1 - plain_images(SIDE), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return a target to which the two rows are half of all, and cases whose rest, by a coin, is bright or not.

        Behind a rest of 0.45 two dark rows turn it over; behind one that is all white nothing less than half does, and
        the rest has four times as many rows.
        """
        coin = streams(f"striped {draw}", CASES).uniform("coins", (), np.zeros(CASES)) < 0.5
        images = np.broadcast_to(np.where(coin, 0.45, 0.99)[:, None, None, None], (CASES, 1, SIDE, SIDE)).copy()
        images[..., ROWS, :] = (1 - plain_images(SIDE))[..., ROWS, :]
        return _plant(_rows(2.0, 1.0), images, share=0.5)


def _rows(two: float, rest: float) -> Floats:
    """Return the weight of the two rows and of each other row."""
    weights = np.full((SIDE, SIDE), rest)
    weights[list(ROWS)] = two
    return weights


def _plant(weights: Floats, images: Floats, share: float) -> Plant:
    flat = (weights / weights.sum()).reshape(-1)
    both = np.stack([-flat, flat]).astype(np.float32)
    target = Linear(both, np.array([LIMIT, -LIMIT], dtype=np.float32), (1, SIDE, SIDE))
    return Plant(target, one_class(images.astype(np.float32), 1), THREAT, share)


CARD: Card[Control] = Card(Striped, "A plane that hangs on two rows")
