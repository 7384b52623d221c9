"""Gaussian noise."""

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

SMALL = (0.04, 0.06, 0.08, 0.09, 0.10)
LARGE = (0.08, 0.12, 0.18, 0.26, 0.38)


@dataclass(frozen=True)
class Noise:
    """Add Gaussian noise, as in the common corruptions benchmark (Hendrycks and Dietterich, arXiv:1903.12261).

    The standard deviation, in shares of the input range, is the published one for images of 32 and of 224 pixels
    and geometric in between; rows of a table take the numbers for 32.  The result is clipped to the input range.
    One draw per case, the target is never asked: nature, not an adversary.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every case with noise of the threat's severity."""
        deviation = strength(SMALL, LARGE, bench.threat.severity, side(batch.inputs))

        def change(x: Floats, random: Random) -> Any:
            drawn = random.grain("corruption.noise", x.shape[1:])
            return x + drawn * x.dtype.type(deviation)

        return retouched(batch, bench, change)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Noise,
    "Gaussian noise",
    oracle="same_label",
    controls=("corruption.noise_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    lies=(
        "One draw per case: it shows the typical noise, not the worst; and clipping to the input range weakens it "
        "on very dark or very bright images."
    ),
)
