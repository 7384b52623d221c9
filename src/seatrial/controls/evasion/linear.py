"""A linear classifier that stands too close to its cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.cases.listed import listed
from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, Floats, Linear, streams
from seatrial.records.card import Card
from seatrial.records.threat import Ball

SIDE, EPS = 8, 0.1
NUMBERS = SIDE * SIDE
REACH = EPS * NUMBERS
"""How far an Linf attack can move the margin: eps times the L1 norm of weights that are all 1 or -1."""

QUERIES = 150
"""Queries per case: enough for the flaw, and an end for patient attacks on the twin."""


@dataclass(frozen=True)
class LinearControl:
    """Two classes, one plane between them: the flaw's cases have a tenth of the margin that an attack can take.

    The twin's have twice that margin, so no perturbation inside the ball can break one.  Inputs stay so far from
    0 and 1 that the box does not matter: all of it is arithmetic.
    """

    def flaw(self) -> Plant:
        """Return cases that every evasion attack must break."""
        return _plant(0.1 * REACH, share=1.0)

    def twin(self) -> Plant:
        """Return cases that no attack inside the ball can break."""
        return _plant(2.0 * REACH, share=0.0)

    def population(self, draw: int) -> Plant:
        """Return cases whose margins are drawn between nothing and twice the reach: half of all such cases can fall."""
        random = streams(f"linear {draw}", CASES)
        return _plant(2.0 * REACH * random.uniform("margins", (), np.zeros(CASES)), share=0.5)


def _plant(margin: float | Floats, share: float) -> Plant:
    random = streams("controls/evasion.linear", CASES)
    weights = random.at([0]).signs("weights", (NUMBERS,), np.zeros(1))[0]
    labels = np.arange(CASES) % 2
    drawn = random.uniform("cases", (NUMBERS,), np.zeros(1)) * 0.1 - 0.05
    across = drawn - (drawn @ weights)[:, None] * weights / NUMBERS
    along = np.where(labels == 1, margin, -margin)[:, None] * weights / NUMBERS
    inputs = (0.5 + across + along).astype(np.float32).reshape(CASES, 1, SIDE, SIDE)
    both = np.stack([-weights / 2, weights / 2]).astype(np.float32)
    target = Linear(both, -0.5 * both.sum(axis=1), (1, SIDE, SIDE))
    return Plant(target, listed(inputs, labels), Ball("linf", EPS, queries=QUERIES), share)


CARD: Card[Control] = Card(LinearControl, "A plane too close to its cases")
