"""Movement while the shutter is open: blur along a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import Floats, retouched
from seatrial.adversaries.corruption.scale import row, side
from seatrial.adversaries.corruption.trail import dragged
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = ((6, 1.0), (6, 1.5), (6, 2.0), (8, 2.0), (9, 2.5))
LARGE = ((10, 3.0), (15, 5.0), (15, 8.0), (15, 12.0), (20, 15.0))
"""Length of the trail, and the deviation of the half bell along it, both in pixels."""
WIDEST = 45
"""Degrees to either side of the horizontal."""


@dataclass(frozen=True)
class Shake:
    """Drag every image along a line that fades out, as the motion blur of the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261, who leave it to ImageMagick: half a Gaussian bell, whole pixels.)
    Every case has an angle of its own, drawn evenly within 45 degrees of the horizontal.  Length and deviation, in
    pixels, are the published ones for images of 32 and of 224 pixels and geometric in between.  The border pixel
    continues the image.  One draw per case, and the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image shaken by the threat's severity."""
        length, soft = row(SMALL, LARGE, bench.threat.severity, side(batch.inputs))

        def change(x: Floats, random: Random) -> Any:
            angles = np.deg2rad((random.uniform("corruption.shake", (), np.zeros(1)) * 2 - 1) * WIDEST)
            return dragged(x, int(length), soft, angles)

        return retouched(batch, bench, change)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Shake,
    "Movement while the shutter is open",
    oracle="same_label",
    controls=("corruption.texture_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "One angle per case, never near the vertical: it shows the typical movement, not the worst, and only "
        "straight ones."
    ),
)
