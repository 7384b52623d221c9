"""Dead and blinding pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.scale import ranged, side, strength, unit
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
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
        x = unit(batch.inputs, bench.threat)
        xp = array_api_compat.array_namespace(x)
        share = strength(SMALL, LARGE, bench.threat.severity, side(x))
        drawn = bench.random.uniform("corruption.impulse", tuple(x.shape[1:]), x)
        black, white = (ranged(end(x), batch.inputs, bench.threat) for end in (xp.zeros_like, xp.ones_like))
        salted = xp.where(drawn < share, white, batch.inputs)
        return Attempts(stimuli=xp.where(drawn < share / 2, black, salted))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Impulse,
    "Dead and blinding pixels",
    oracle="same_label",
    controls=("corruption.noise_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    lies=(
        "One draw per case: it shows the typical places, not the worst. A median filter in front removes almost all "
        "of it and leaves other noise."
    ),
)
