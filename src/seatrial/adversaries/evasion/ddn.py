"""Decoupled direction and norm: the direction is learned by steps uphill, the length by breaking or not."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.lengths import TINY, between, length
from seatrial.adversaries.nearest import Nearest
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Differentiable

FINE = 0.01
"""Share of the first step that the last one has."""


@dataclass(frozen=True)
class Ddn:
    """Find the nearest point in L2 that breaks each case (Rony et al., arXiv:1811.09600).

    Each pass takes a step up the loss and puts the change on a sphere around the untouched case, smaller than the last
    where that broke the case and larger where it did not.  The first sphere is where a plane would ask for it, and
    steps are shares of the radius, so that the scale of the inputs does not matter.  What is handed back is the nearest
    break, if the threat allows it, else the best point of the ball.  Cost of a case that goes on: steps passes with
    their gradients, and one forward pass where the nearest break lies outside.
    """

    steps: int = 100
    """Passes."""
    step: float = 1.0
    """Length of the first step, as a share of the radius; the last is a hundredth of it."""
    breath: float = 0.05
    """Share by which the sphere shrinks or grows at first; at the end it is a tenth of it."""
    loss: str = "cross_entropy"
    """`cross_entropy` or `margin`."""
    minimise: bool = False
    """Whether a case that is broken inside the ball goes on, to be broken nearer; otherwise it leaves in that pass."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the nearest point that broke each case, or the best point of the ball."""
        hunt = Nearest(target, batch, bench, minimise=self.minimise)
        xp = array_api_compat.array_namespace(hunt.x)
        point, radius = hunt.x, hunt.x[:, 0] * 0
        widest = hunt.span * hunt.x.shape[1] ** 0.5
        for step in range(self.steps):
            if hunt.over():
                break
            seen, point, radius = hunt.pull(point, radius, loss=self.loss if step else "margin")
            if not hunt.rows.size:
                break
            early = (1 + cos(pi * step / self.steps)) / 2
            steep = length("l2", seen.gradient) + TINY
            breath = self.breath * (0.1 + 0.9 * early)
            if step == 0:
                radius = xp.abs(seen.margin) / steep
            radius = xp.minimum(
                radius * xp.where(seen.broken, radius * 0 + 1 - breath, radius * 0 + 1 + breath), widest
            )
            share = self.step * (FINE + (1 - FINE) * early)
            change = point - hunt.x + seen.gradient * (radius * share / steep)[:, None]
            change = change * (radius / (length("l2", change) + TINY))[:, None]
            point = between(hunt.x + change, hunt.low, hunt.high)
        return hunt.attempts()


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Ddn,
    "Decoupled direction and norm",
    oracle="same_label",
    controls=("evasion.linear_l2",),
    reads=SLOPED,
    norms=("l2",),
    cites=("arXiv:1811.09600",),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    lies=(
        "The cross-entropy of a saturated model has no slope, and then it has no direction; a gradient that is hidden "
        "or of another step than the one that decides leads it astray."
    ),
)
