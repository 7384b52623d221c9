"""Snow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import Floats, grey, retouched
from seatrial.adversaries.corruption.scale import row, side
from seatrial.adversaries.corruption.trail import dragged
from seatrial.adversaries.corruption.zoomed import zoomed
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = (
    (0.1, 0.2, 1.0, 0.6, 8, 3.0, 0.95),
    (0.1, 0.2, 1.0, 0.5, 10, 4.0, 0.9),
    (0.15, 0.3, 1.75, 0.55, 10, 4.0, 0.9),
    (0.25, 0.3, 2.25, 0.6, 12, 6.0, 0.85),
    (0.3, 0.3, 1.25, 0.65, 14, 12.0, 0.8),
)
LARGE = (
    (0.1, 0.3, 3.0, 0.5, 10, 4.0, 0.8),
    (0.2, 0.3, 2.0, 0.5, 12, 4.0, 0.7),
    (0.55, 0.3, 4.0, 0.9, 12, 8.0, 0.7),
    (0.55, 0.3, 4.5, 0.85, 12, 8.0, 0.65),
    (0.55, 0.3, 2.5, 0.85, 12, 12.0, 0.55),
)
"""Mean and deviation of the noise that flakes are made of, their size, the least that is a flake, length and deviation
of their trail in pixels, and the share of the image that is not whitened."""
MIDDLE, WIDEST = -90, 45
"""Degrees: flakes fall, and no further from the vertical than this."""


@dataclass(frozen=True)
class Snow:
    """Let it snow: whiten the image, and lay flakes over it that leave a trail, as in the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261.)  The flakes are Gaussian noise that is enlarged, cut off from below
    and dragged along a line within 45 degrees of the vertical, each case along its own; a second layer is the first
    one turned upside down.  All seven numbers are the published ones for images of 32 and of 224 pixels and geometric
    in between.  The layer is not cut to eight bits on the way.  One draw per case, the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image in the snow of the threat's severity."""
        mean, deviation, size, least, length, soft, kept = row(SMALL, LARGE, bench.threat.severity, side(batch.inputs))

        def change(x: Floats, random: Random) -> Any:
            drawn = random.grain("corruption.snow", (1, *x.shape[2:])).astype(x.dtype)
            flakes = zoomed(drawn * x.dtype.type(deviation) + x.dtype.type(mean), size)
            flakes = np.where(flakes < least, 0, np.minimum(flakes, 1)).astype(x.dtype)
            lot = random.uniform("corruption.snow.angle", (), np.zeros(1)) * 2 - 1
            layer = dragged(flakes, round(length), soft, np.deg2rad(MIDDLE + lot * WIDEST))
            white = np.maximum(x, grey(x) * 1.5 + 0.5)
            return (x * kept + white * (1 - kept) + layer + layer[..., ::-1, ::-1]).astype(x.dtype)

        return retouched(batch, bench, change)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Snow,
    "Snow",
    oracle="same_label",
    controls=("corruption.veil_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "Flakes that are drawn, not photographed: they fall in front of everything alike and lie nowhere. One draw "
        "per case."
    ),
)
