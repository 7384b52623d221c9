"""Fog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import Floats, retouched
from seatrial.adversaries.corruption.plasma import plasma
from seatrial.adversaries.corruption.scale import row, side
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = ((0.2, 3.0), (0.5, 3.0), (0.75, 2.5), (1.0, 2.0), (1.5, 1.75))
LARGE = ((1.5, 2.0), (2.0, 2.0), (2.5, 1.7), (2.5, 1.5), (3.0, 1.4))
"""Thickness, and how fast swaths lose strength as they get smaller."""


@dataclass(frozen=True)
class Fog:
    """Lay swaths of fog over every image, as in the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261.)  The swaths are a plasma fractal, each case's own, from 0 to 1; times
    the thickness they are added, and the sum is scaled so that white stays white.  Thickness and decay are the
    published ones for images of 32 and of 224 pixels and geometric in between; the fractal's side is the next power
    of two.  All channels get the same fog.  One draw per case, the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image in the fog of the threat's severity."""
        thick, decay = row(SMALL, LARGE, bench.threat.severity, side(batch.inputs))

        def change(x: Floats, random: Random) -> Any:
            height, width = x.shape[2:]
            whole = 1 << (max(height, width, 2) - 1).bit_length()
            drawn = random.raw("corruption.fog", 32, (whole, whole))
            swaths = plasma(drawn.astype(x.dtype) * x.dtype.type(2.0**-31) - 1, decay)
            most = x.max(axis=(1, 2, 3), keepdims=True)
            x += swaths[:, None, :height, :width] * x.dtype.type(thick)
            x *= most / (most + x.dtype.type(thick))
            return x

        return retouched(batch, bench, change)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Fog,
    "Fog",
    oracle="same_label",
    controls=("corruption.veil_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "The fog knows no distance: near and far things fade alike. A front end that stretches the contrast undoes "
        "much of it. One draw per case."
    ),
)
