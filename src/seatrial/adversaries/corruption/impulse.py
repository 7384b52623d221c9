"""Dead and blinding pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import Floats, retouched
from seatrial.adversaries.corruption.scale import side, strength
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = (0.01, 0.02, 0.03, 0.05, 0.07)
LARGE = (0.03, 0.06, 0.09, 0.17, 0.27)


@dataclass(frozen=True)
class Impulse:
    """Set some numbers to the smallest or the largest value: salt and pepper noise of the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261.)  The share of the numbers, each channel for itself, is the published
    one for images of 32 and of 224 pixels and geometric in between; rows of a table take the numbers for 32.  Half of
    them become white and half black.  One draw per case, the target is never asked: nature, not an adversary.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every case with impulses of the threat's severity."""
        share = strength(SMALL, LARGE, bench.threat.severity, side(batch.inputs))

        def change(x: Floats, random: Random) -> Any:
            drawn = random.raw("corruption.impulse", 32, x.shape[1:])
            x[drawn < np.uint32(share * 2**32)] = 1
            x[drawn < np.uint32(share / 2 * 2**32)] = 0
            return x

        return retouched(batch, bench, change)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Impulse,
    "Dead and blinding pixels",
    oracle="same_label",
    controls=("corruption.noise_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    lies=(
        "One draw per case: it shows the typical places, not the worst. A median filter in front removes almost "
        "all of it and leaves other noise."
    ),
)
