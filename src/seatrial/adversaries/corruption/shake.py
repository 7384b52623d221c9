"""Movement while the shutter is open: blur along a line."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.scale import ranged, side, strength, unit
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL, SMALL_SOFT = (6, 6, 6, 8, 9), (1.0, 1.5, 2.0, 2.0, 2.5)
LARGE, LARGE_SOFT = (10, 15, 15, 15, 20), (3.0, 5.0, 8.0, 12.0, 15.0)
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
        x = unit(batch.inputs, bench.threat)
        xp, device = array_api_compat.array_namespace(x), array_api_compat.device(x)
        severity, pixels = bench.threat.severity, side(x)
        length = int(strength(SMALL, LARGE, severity, pixels))
        soft = strength(SMALL_SOFT, LARGE_SOFT, severity, pixels)
        trail = [exp(-0.5 * (step / soft) ** 2) for step in range(2 * length + 1)]
        angle = np.deg2rad((bench.random.uniform("corruption.shake", (), np.zeros(1)) * 2 - 1) * WIDEST)
        made = xp.zeros_like(x)
        for step, weight in enumerate(trail):
            down, right = (np.rint(step * part(angle)).astype(np.int64) for part in (np.sin, np.cos))
            made = made + _dragged(xp, x, xp.asarray(down, device=device), xp.asarray(right, device=device)) * (
                weight / sum(trail)
            )
        return Attempts(stimuli=ranged(made, batch.inputs, bench.threat))


def _dragged(xp: Any, x: Any, down: Any, right: Any) -> Any:
    """Return every image moved by its own number of whole pixels `(n,)`, continued at the border."""
    device = array_api_compat.device(x)
    cases, (height, width) = x.shape[0], x.shape[-2:]
    rows = xp.clip(xp.arange(height, device=device)[None, :] + down[:, None], 0, height - 1)
    columns = xp.clip(xp.arange(width, device=device)[None, :] + right[:, None], 0, width - 1)
    place = xp.reshape(rows[:, :, None] * width + columns[:, None, :], (cases, 1, -1))
    planes = xp.reshape(x, (cases, -1, height * width))
    start = xp.arange(cases * planes.shape[1], device=device) * (height * width)
    index = xp.reshape(xp.reshape(start, (cases, -1, 1)) + place, (-1,))
    return xp.reshape(xp.take(xp.reshape(planes, (-1,)), index), x.shape)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Shake,
    "Movement while the shutter is open",
    oracle="same_label",
    controls=("corruption.texture_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "One angle per case, never near the vertical: it shows the typical movement, not the worst, and only straight "
        "ones."
    ),
)
