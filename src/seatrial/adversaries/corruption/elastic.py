"""Images that are stretched like rubber."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import Floats, retouched
from seatrial.adversaries.corruption.sampled import sampled
from seatrial.adversaries.corruption.scale import LARGE as FULL
from seatrial.adversaries.corruption.scale import SMALL as FEW
from seatrial.adversaries.corruption.scale import row, side
from seatrial.adversaries.corruption.smooth import smoothed
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = ((0.0, 0.0, 2.56), (1.6, 6.4, 2.24), (2.56, 1.92, 1.92), (3.2, 1.28, 1.6), (3.2, 0.96, 0.96))
LARGE = ((488.0, 170.8, 24.4), (488.0, 19.52, 48.8), (12.2, 2.44, 4.88), (17.08, 2.44, 4.88), (29.28, 2.44, 4.88))
"""Strength and smoothness of the stretching, and how far three corners are moved: all in pixels."""
CUT = 3.0
"""Standard deviations after which the bell that smooths is cut off."""


@dataclass(frozen=True)
class Elastic:
    """Move three corners, then every pixel a little: the elastic transform of the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261.)  First the affine map is applied that moves three points by amounts
    drawn evenly, then every pixel is looked up where a smoothed field of even noise says, both times bilinear and
    mirrored at the border.  All numbers are the published ones for images of 32 and of 224 pixels and joined in
    between; on smaller and larger images they shrink and grow with the side, of which they were published as shares.
    One draw per case, the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image stretched at the threat's severity."""
        pixels = side(batch.inputs)
        share = pixels / min(max(pixels, FEW), FULL)
        force, soft, shift = (number * share for number in row(SMALL, LARGE, bench.threat.severity, pixels))

        def change(x: Floats, random: Random) -> Any:
            shape = x.shape[2:]
            affine = _affine(shape, _even(random, "corners", (3, 2)) * shift)
            moved = sampled(x, *(place.astype(x.dtype) for place in affine), repeats=False)
            field = _even(random, "field", (2, *shape)).astype(x.dtype)
            down, right = (
                smoothed(field[:, at], soft, border="reflect", cut=CUT) * x.dtype.type(force) for at in (0, 1)
            )
            rows, columns = (np.arange(size, dtype=x.dtype) for size in shape)
            return sampled(moved, down + rows[:, None], right + columns, repeats=True)

        return retouched(batch, bench, change)


def _even(random: Random, purpose: str, shape: tuple[int, ...]) -> Floats:
    """Return numbers between -1 and 1, `(n, *shape)`."""
    return random.raw(f"corruption.elastic.{purpose}", 32, shape) * 2.0**-31 - 1


def _affine(shape: tuple[int, ...], moves: Floats) -> tuple[Floats, Floats]:
    """Return the row and the column that each pixel comes from, `(n, height, width)`, when three points are moved.

    Args:
        shape: Height and width.
        moves: How far each point goes to the right and down, `(n, 3, 2)`.
    """
    middle, arm = np.array(shape) // 2, max(1, min(shape) // 3)
    points = middle + arm * np.array([[1, 1], [1, -1], [-1, -1]])
    whole = np.concatenate([points + moves, np.ones((len(moves), 3, 1))], axis=2)
    back = np.linalg.inv(whole) @ points
    down, right = np.arange(shape[0])[:, None], np.arange(shape[1])
    column, line = (
        back[:, 0, at, None, None] * right + back[:, 1, at, None, None] * down + back[:, 2, at, None, None]
        for at in (0, 1)
    )
    return line, column


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Elastic,
    "Images stretched like rubber",
    oracle="same_label",
    controls=("corruption.texture_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "One draw per case, and smooth: folds and tears are other questions. On large images severities 1 and 2 "
        "move far and evenly, 3 to 5 little and finely, as published: the five are no scale."
    ),
)
