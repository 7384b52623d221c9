"""Projected gradient descent with momentum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.chase import Chase
from seatrial.adversaries.slopes import scaled
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Differentiable


@dataclass(frozen=True)
class Momentum:
    """Climb the loss along a running sum of normalised gradients (MI-FGSM: Dong et al., arXiv:1710.06081).

    Deterministic: it starts at the untouched case, whose first pass is also its check.  Momentum carries the
    attack over small bumps in the loss, where plain steps turn round.  Cost of a case that stands: steps + 1
    forward passes and steps gradients.
    """

    steps: int = 10
    """Gradient steps."""
    step: float = 0.1
    """Length of a step, as a share of eps; the paper takes 1/steps."""
    decay: float = 1.0
    """Share of the old direction that is kept."""
    loss: str = "cross_entropy"
    """`cross_entropy` or `margin`."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the point that broke each case, or the point of smallest margin."""
        chase = Chase(target, batch, bench)
        point, direction = batch.inputs, batch.inputs * 0
        for _ in range(self.steps):
            if chase.over():
                break
            gradient, point, direction = chase.pull(point, self.loss, direction)
            direction = direction * self.decay + scaled(gradient)
            point = chase.room.uphill(point, direction, self.step)
        if not chase.over():
            chase.ask(point)
        return chase.attempts()


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Momentum,
    "Projected gradient descent with momentum",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    cites=("arXiv:1710.06081",),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    lies=(
        "As with every gradient attack, a hidden or shattered gradient leaves it without direction; with ten "
        "steps it is weaker than longer searches."
    ),
)
