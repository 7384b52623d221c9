"""The fast gradient sign method: one step uphill."""

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
class Fgsm:
    """Take one step of the whole radius uphill in the loss (Goodfellow et al., arXiv:1412.6572).

    Cost: two forward passes and one gradient per case; the first pass is also the check of the untouched case, and
    a case that is wrong already is handed back as it is.  Linf moves every number by eps, L2 goes eps along the
    gradient, L1 spends eps on the hundredth part of the numbers with the largest gradient.  The weakest gradient
    attack: passing it says little, failing it says that the model has no robustness at all.
    """

    loss: str = "cross_entropy"
    """`cross_entropy` or `margin`."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the inputs moved once, inside ball and input range."""
        chase = Chase(target, batch, bench)
        if not chase.over():
            gradient, point = chase.pull(batch.inputs, self.loss)
            if not chase.over():
                chase.forget()
                chase.ask(chase.room.uphill(point, gradient, 1.0))
        return chase.attempts()


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Fgsm,
    "Fast gradient sign method",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    cites=("arXiv:1412.6572",),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    lies=(
        "One step sees only the slope at the start: a model whose surface bends, or that was trained on this "
        "very step, stands it and falls to many steps. Never rest a promise on it alone."
    ),
)
