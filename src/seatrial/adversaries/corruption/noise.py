"""Gaussian noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.scale import strength
from seatrial.adversaries.limits import span
from seatrial.adversaries.norms import boxed
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
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
        x: Any = batch.inputs
        xp = array_api_compat.array_namespace(x)
        threat, shape = bench.threat, tuple(x.shape[1:])
        side = min(shape[-2:]) if len(shape) > 1 else 0
        deviation = strength(SMALL, LARGE, threat.severity, side) * (threat.high - threat.low)
        moved = x + bench.random.normal("corruption.noise", shape, x) * deviation
        return Attempts(stimuli=boxed(xp, moved, *span(threat.low, threat.high, x)))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Noise,
    "Gaussian noise",
    oracle="same_label",
    controls=("corruption.noise_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    lies=(
        "One draw per case: it shows the typical noise, not the worst; and clipping to the input range "
        "weakens it on very dark or very bright images."
    ),
)
