"""Projected gradient descent: many small steps uphill, from random starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.chase import Chase
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Differentiable


@dataclass(frozen=True)
class Pgd:
    """Climb the loss in small steps inside the ball, from random starts (Madry et al., arXiv:1706.06083).

    The untouched case is asked first: one that is wrong already is handed back as it is.  The logits of every
    gradient pass are the success check, a case leaves in the pass that breaks it, and the last point is asked too;
    what stands is handed back at its smallest margin.  Cost of a case that stands: 1 + restarts x (steps + 1)
    forward passes and restarts x steps gradients.
    """

    steps: int = 40
    """Gradient steps per start."""
    step: float = 0.1
    """Length of a step, as a share of eps."""
    restarts: int = 1
    """Starts; every one after the first is for the cases that still stand."""
    random_start: bool = True
    """Whether the first start is random too; otherwise it is the untouched case."""
    loss: str = "cross_entropy"
    """`cross_entropy` or `margin`."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the point that broke each case, or the point of smallest margin."""
        chase = Chase(target, batch, bench)
        if not chase.over():
            chase.ask(batch.inputs)
        for restart in range(self.restarts):
            point = chase.room.x
            if self.random_start or restart:
                point = chase.room.start(chase.random, f"evasion.pgd/start/{restart}")
            for _ in range(self.steps):
                if chase.over():
                    break
                gradient, point = chase.pull(point, self.loss)
                point = chase.room.uphill(point, gradient, self.step)
            if not chase.over():
                chase.ask(point)
        return chase.attempts()


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Pgd,
    "Projected gradient descent",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    cites=("arXiv:1706.06083", "arXiv:2103.01208"),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    lies=(
        "Its gradients lie on models that saturate, round, draw at random or hide their gradient: few breaks "
        "beside many breaks of a black-box attack show it. It finds the worst point near its starts, not the "
        "worst point of the ball."
    ),
)
