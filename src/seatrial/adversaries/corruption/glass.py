"""Frosted glass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import Floats, retouched
from seatrial.adversaries.corruption.scale import row, side
from seatrial.adversaries.corruption.smooth import smoothed
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = ((0.05, 1, 1), (0.25, 1, 1), (0.4, 1, 1), (0.25, 1, 2), (0.4, 1, 2))
LARGE = ((0.7, 1, 2), (0.9, 2, 1), (1.0, 2, 3), (1.1, 3, 2), (1.5, 4, 2))
"""Deviation of the bell in pixels, pixels that a pixel may move by, and how often all are moved."""
Places = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Glass:
    """Blur, take every pixel from a neighbour, blur again: the glass blur of the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261.)  Pixels are visited from the last to the first, and each is set to
    what then stands at a place so many pixels away at most, drawn evenly, one less to below and to the right.  That
    is what the published code does to images with channels, where it says that both are exchanged, and so what the
    published sets hold.  Deviation, distance and repetitions are the published ones for images of 32 and of 224
    pixels and geometric in between; all channels of a case move alike, and numbers are not cut to eight bits on the
    way.  One draw per case, the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image as it is seen through frosted glass of the threat's severity."""
        deviation, far, times = row(SMALL, LARGE, bench.threat.severity, side(batch.inputs))

        def change(x: Floats, random: Random) -> Any:
            soft = smoothed(x, deviation)
            drawn = random.raw("corruption.glass", 16, (round(times), 2, *x.shape[2:]))
            source = origins(drawn, round(far))
            flat = soft.reshape(*x.shape[:2], -1)
            moved = [np.take(image, place, axis=1) for image, place in zip(flat, source, strict=True)]
            return smoothed(np.stack(moved).reshape(x.shape), deviation)

        return retouched(batch, bench, change)


def origins(drawn: npt.NDArray[np.uint16], far: int) -> Places:
    """Return where each pixel of each image comes from after all repetitions, `(n, height * width)`.

    Args:
        drawn: 16 random bits for each pixel, `(n, repetitions, 2, height, width)`: for the step down, and to the right.
        far: Pixels that a pixel may move by.
    """
    cases, times, _, height, width = drawn.shape
    down, right = ((drawn[:, :, at].astype(np.int32) * (2 * far) >> 16) - far for at in (0, 1))
    inside = np.zeros((height, width), dtype=bool)
    inside[far + 1 : height - far + 1, far + 1 : width - far + 1] = True
    own = np.arange(height * width, dtype=np.int32).reshape(height, width)
    first = np.where(inside, own + down * width + right, own).reshape(cases, times, -1)
    source = np.broadcast_to(own.reshape(-1), (cases, height * width))
    for turn in range(times):
        source = np.take_along_axis(source, _followed(first[:, turn], inside.reshape(-1)), axis=1)
    return source


def _followed(first: Places, inside: npt.NDArray[np.bool_]) -> Places:
    """Return where each pixel comes from, `(n, pixels)`, once all were set, one after the other from the last on.

    A pixel that takes its value from one that was set before it gets what that one took: the chain is followed to the
    end, for all pixels at once.
    """
    pixels = first.shape[1]
    flat = (first + np.arange(len(first), dtype=np.int32)[:, None] * pixels).reshape(-1)
    open_, within = np.tile(inside, len(first)), flat.copy()
    going = np.flatnonzero((flat > np.arange(len(flat))) & open_[flat])
    while going.size:
        at = within[going]
        further = flat[at]
        within[going] = further
        going = going[(further > at) & open_[further]]
    return np.asarray(within.reshape(first.shape) - np.arange(len(first), dtype=np.int32)[:, None] * pixels)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Glass,
    "Frosted glass",
    oracle="same_label",
    controls=("corruption.blur_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "One draw per case. Pixels move by a few places only, so that on large images a model that looks at coarse "
        "shapes hardly notices."
    ),
)
