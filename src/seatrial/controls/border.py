"""Cases at a stated margin from one plane, in 64 numbers: what the plants of the norms share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatrial.cases.listed import listed
from seatrial.controls.control import Plant
from seatrial.controls.plants import CASES, Floats, Linear, streams
from seatrial.records.threat import Ball

SIDE = 8
NUMBERS = SIDE * SIDE


@dataclass(frozen=True, eq=False)
class Border:
    """Three plants in front of one plane, as far from it as an attack can reach, nearer or further."""

    name: str
    """Of the control: names the stream of what is drawn."""
    reach: float | Floats
    """How far an attack inside the ball can move the margin, of each case or of all."""
    ball: Ball

    def flaw(self) -> Plant:
        """Return cases with a tenth of the margin that an attack can take."""
        return bordered(self.name, 0.1 * self.reach, self.ball, share=1.0)

    def twin(self) -> Plant:
        """Return cases with twice the margin that an attack can take."""
        return bordered(self.name, 2.0 * self.reach, self.ball, share=0.0)

    def population(self, stream: str) -> Plant:
        """Return cases whose margins are drawn between nothing and twice the reach: half of all such cases can fall."""
        share = streams(stream, CASES).uniform("margins", (), np.zeros(CASES))
        return bordered(self.name, 2.0 * self.reach * share, self.ball, share=0.5)


def bordered(name: str, margin: float | Floats, ball: Ball, share: float, *, one_side: bool = False) -> Plant:
    """Return two classes with one plane between them, all of whose weights are 1 or -1, and cases in front of it.

    Args:
        name: Of the control: names the stream of what is drawn.
        margin: What the weights must add up to before a case falls, for each case or for all; at most 19, or else the
            input range is left.
        ball: The threat.
        share: Share of the cases that must fall.
        one_side: Whether all cases are of class 1; otherwise the classes take turns.
    """
    weights, labels, across = _drawn(name)
    labels = np.ones_like(labels) if one_side else labels
    along = np.where(labels == 1, margin, -1 * np.asarray(margin))[:, None] * weights / NUMBERS
    inputs = (0.5 + across + along).astype(np.float32).reshape(CASES, 1, SIDE, SIDE)
    both = np.stack([-weights / 2, weights / 2]).astype(np.float32)
    target = Linear(both, -0.5 * both.sum(axis=1), (1, SIDE, SIDE))
    return Plant(target, listed(inputs, labels), ball, share)


def crossing(name: str, count: int) -> Floats:
    """Return the margin of each case `(cases,)` that so many numbers, each moved to an end of 0..1, can just cross."""
    weights, labels, across = _drawn(name)
    # Without a margin; each number stands margin / NUMBERS further off with one, which it can cross as well.
    gains = 0.5 + across * weights * np.where(labels == 1, 1, -1)[:, None]
    most: Floats = -np.sort(-gains, axis=1)[:, :count].sum(axis=1)
    return most / (1 - count / NUMBERS)


def _drawn(name: str) -> tuple[Floats, Floats, Floats]:
    random = streams(f"controls/{name}", CASES)
    weights = random.at([0]).signs("weights", (NUMBERS,), np.zeros(1))[0]
    drawn = random.uniform("cases", (NUMBERS,), np.zeros(1)) * 0.1 - 0.05
    across = drawn - (drawn @ weights)[:, None] * weights / NUMBERS
    return weights, np.arange(CASES) % 2, across
