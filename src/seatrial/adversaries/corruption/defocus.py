"""A lens out of focus: blur with a disc."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft2, next_fast_len, rfft2

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import Floats, retouched
from seatrial.adversaries.corruption.scale import row, side
from seatrial.adversaries.corruption.smooth import banded
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = ((0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1.0, 0.2), (1.5, 0.1))
LARGE = ((3.0, 0.1), (4.0, 0.5), (6.0, 0.5), (8.0, 0.5), (10.0, 0.5))
"""Radius of the disc, and the deviation of the bell that softens its edge, both in pixels."""
COARSE = 8
"""Radius up to which the bell has three taps, on a window of 17 pixels; beyond it has five, and the window fits."""
FEW = 25
"""Weights up to which images are moved and added; more are multiplied in the frequency domain."""
Kernel = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Defocus:
    """Blur with a disc whose edge is softened, as in the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261.)  Radius and softness, in pixels, are the published ones for images
    of 32 and of 224 pixels and geometric in between; on images of 32 pixels the three lightest discs are one pixel,
    so that only the softening is left, as published.  Where the disc reaches the end of its window (severities 4 and 5
    of large images) softening adds a hundredth of the light, as published.  Beyond the border the image is
    mirrored.  Nothing is drawn and the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image out of focus by the threat's severity."""
        kernel = disc(*row(SMALL, LARGE, bench.threat.severity, side(batch.inputs)))
        seen = _added if np.count_nonzero(kernel) <= FEW else _multiplied

        def change(x: Floats, random: Random) -> Any:  # noqa: ARG001 - nothing is drawn
            wide = np.pad(x, [(0, 0), (0, 0), *[(len(kernel) // 2,) * 2] * 2], mode="reflect")
            return seen(wide, kernel)

        return retouched(batch, bench, change)


@lru_cache(maxsize=8)
def disc(radius: float, soft: float) -> Kernel:
    """Return the weights of a disc `(side, side)`: of sum 1 before its edge is softened, inside its window."""
    reach, most = (1, COARSE) if radius <= COARSE else (2, ceil(radius))
    square = np.arange(-most, most + 1) ** 2
    made = (np.add.outer(square, square) <= radius**2).astype(np.float64)
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / soft) ** 2)
    soften = banded(len(made), bell / bell.sum(), "mirror")
    made = np.asarray(soften @ (made / made.sum()) @ soften.T)
    made.setflags(write=False)
    return made


def _added(wide: Floats, kernel: Kernel) -> Floats:
    """Return the images, which come with a border, as weighted sums of moved images."""
    high, across = (size - len(kernel) + 1 for size in wide.shape[2:])
    made = np.zeros((*wide.shape[:2], high, across), dtype=wide.dtype)
    for top, left in np.argwhere(kernel):
        made += wide[:, :, top : top + high, left : left + across] * wide.dtype.type(kernel[top, left])
    return made


def _multiplied(wide: Floats, kernel: Kernel) -> Floats:
    """Return the same by Fourier transforms, each case for itself."""
    shape = [next_fast_len(size, real=True) for size in wide.shape[2:]]
    factor = rfft2(kernel[::-1, ::-1].astype(wide.dtype), shape)
    cut = tuple(slice(len(kernel) - 1, size) for size in wide.shape[2:])
    return np.stack([irfft2(rfft2(image, shape) * factor, shape)[:, *cut] for image in wide])


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
