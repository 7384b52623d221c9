"""Noise that grows with the light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import Floats, retouched
from seatrial.adversaries.corruption.scale import side, strength
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = (0.06, 0.1, 0.12, 0.16, 0.2)
LARGE = (0.15, 0.2, 0.35, 0.45, 0.6)


@dataclass(frozen=True)
class Speckle:
    """Multiply every number by Gaussian noise around 1: the speckle of the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261; one of its four extra types.)  The standard deviation is the
    published one for images of 32 and of 224 pixels and geometric in between; rows of a table take the numbers for
    32.  Numbers are shares of the input range, so its lower end stays as it is.  One draw per case, the target is
    never asked: nature, not an adversary.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every case with speckle of the threat's severity."""
        deviation = strength(SMALL, LARGE, bench.threat.severity, side(batch.inputs))

        def change(x: Floats, random: Random) -> Any:
            drawn = random.grain("corruption.speckle", x.shape[1:])
            return x + x * (drawn * x.dtype.type(deviation))

        return retouched(batch, bench, change)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Speckle,
    "Noise that grows with the light",
    oracle="same_label",
    controls=("corruption.veil_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    lies=(
        "One draw per case: it shows the typical noise, not the worst. Dark images hardly change, and black ones "
        "not at all."
    ),
)
