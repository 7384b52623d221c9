"""A lens out of focus: blur with a disc."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.scale import mirrored, ranged, side, strength, unit
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL, SMALL_SOFT = (0.3, 0.4, 0.5, 1.0, 1.5), (0.4, 0.5, 0.6, 0.2, 0.1)
LARGE, LARGE_SOFT = (3.0, 4.0, 6.0, 8.0, 10.0), (0.1, 0.5, 0.5, 0.5, 0.5)
"""Radius of the disc, and the deviation of the bell that softens its edge, both in pixels."""
COARSE = 8
"""Radius up to which the bell has three taps, on a window of 17 pixels; beyond it has five, and the window fits."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Defocus:
    """Blur with a disc whose edge is softened, as in the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261.)  Radius and softness, in pixels, are the published ones for images
    of 32 and of 224 pixels and geometric in between; on images of 32 pixels the three lightest discs are one pixel,
    so that only the softening is left, as published.  Beyond the border the image is mirrored.  The last two
    dimensions of a case are height and width.  Nothing is drawn and the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image out of focus by the threat's severity."""
        x = unit(batch.inputs, bench.threat)
        severity, pixels = bench.threat.severity, side(x)
        radius = strength(SMALL, LARGE, severity, pixels)
        disc = _disc(radius, strength(SMALL_SOFT, LARGE_SOFT, severity, pixels))
        return Attempts(stimuli=ranged(_seen_through(x, disc), batch.inputs, bench.threat))


def _disc(radius: float, soft: float) -> Floats:
    """Return the weights of a disc `(side, side)`, of sum 1."""
    reach, most = (1, COARSE) if radius <= COARSE else (2, ceil(radius))
    steps = np.arange(-most, most + 1)
    disc = (np.add.outer(steps**2, steps**2) <= radius**2).astype(np.float64)
    bell = [exp(-0.5 * (step / soft) ** 2) for step in range(-reach, reach + 1)]
    for axis in (0, 1):
        wide = np.pad(disc, [(reach, reach) if axis == at else (0, 0) for at in (0, 1)], mode="reflect")
        cuts = (np.arange(at, at + len(steps)) for at in range(2 * reach + 1))
        disc = np.add.reduce([np.take(wide, cut, axis=axis) * weight for cut, weight in zip(cuts, bell, strict=True)])
    return np.asarray(disc / disc.sum())


def _seen_through(x: Any, kernel: Floats) -> Any:
    """Return the images as weighted sums of shifted images, mirrored at the border."""
    xp = array_api_compat.array_namespace(x)
    most = len(kernel) // 2
    made = xp.zeros_like(x)
    for row, weights in enumerate(kernel):
        if weights.any():
            lower = mirrored(x, -2, row - most)
            for column in np.flatnonzero(weights):
                made = made + mirrored(lower, -1, int(column) - most) * float(weights[column])
    return made


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Defocus,
    "A lens out of focus",
    oracle="same_label",
    controls=("corruption.blur_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "The whole image is out of focus alike; real lenses blur near and far differently. On small images the "
        "published strengths change little."
    ),
)
