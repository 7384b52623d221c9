"""A linear classifier that stands too close to its cases and says nothing but the class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.cases.listed import listed
from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, Floats, Labels, Linear, streams
from seatrial.records.card import Card
from seatrial.records.threat import Ball

SIDE, EPS = 4, 0.2
NUMBERS = SIDE * SIDE
QUERIES = 1000
"""Queries per case: enough to find a plane in 16 dimensions to within a few percent."""


@dataclass(frozen=True)
class Labelled:
    """Two classes, one plane between them, and labels only: the flaw's cases stand a tenth of the radius from it.

    The twin's stand two radii from it, so no perturbation inside the L2 ball can break one.  Inputs stay so far from
    0 and 1 that the box does not matter: all of it is arithmetic.
    """

    def flaw(self) -> Plant:
        """Return cases that every attack by labels must break."""
        return _plant(np.full(CASES, 0.1 * EPS), share=1.0)

    def twin(self) -> Plant:
        """Return cases that no attack inside the ball can break."""
        return _plant(np.full(CASES, 2.0 * EPS), share=0.0)

    def population(self, draw: int) -> Plant:
        """Return cases whose distances are drawn between nothing and two radii: half of all such cases can fall."""
        random = streams(f"labelled {draw}", CASES)
        return _plant(2.0 * EPS * random.uniform("distances", (), np.zeros(CASES)), share=0.5)


def _plant(distance: Floats, share: float) -> Plant:
    random = streams("controls/evasion.labelled", CASES)
    ahead = random.at([0]).normal("normal", (NUMBERS,), np.zeros(1))[0]
    ahead /= np.linalg.norm(ahead)
    labels = np.arange(CASES) % 2
    drawn = random.uniform("cases", (NUMBERS,), np.zeros(1)) * 0.1 - 0.05
    across = drawn - (drawn @ ahead)[:, None] * ahead
    along = np.where(labels == 1, distance, -distance)[:, None] * ahead
    inputs = (0.5 + across + along).astype(np.float32).reshape(CASES, 1, SIDE, SIDE)
    both = np.stack([-ahead / 2, ahead / 2]).astype(np.float32)
    target = Labels(Linear(both, -0.5 * both.sum(axis=1), (1, SIDE, SIDE)))
    return Plant(target, listed(inputs, labels), Ball("l2", EPS, queries=QUERIES), share)


CARD: Card[Control] = Card(Labelled, "A plane too close, by labels alone")
