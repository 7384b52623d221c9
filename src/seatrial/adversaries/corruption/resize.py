"""Too few pixels: made small, and large again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import Floats, retouched
from seatrial.adversaries.corruption.scale import side, strength
from seatrial.adversaries.corruption.smooth import Matrix, along
from seatrial.errors import Problem, TrialError
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = (0.95, 0.9, 0.85, 0.75, 0.65)
LARGE = (0.6, 0.5, 0.4, 0.3, 0.25)
FILTERS = {"box": 0.5, "bilinear": 1.0}
"""Filter -> how far it reaches, in pixels of the smaller image."""


@dataclass(frozen=True)
class Resize:
    """Scale every image down and up again: the pixelate corruption of the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261.)  `box` is the benchmark's: areas are averaged, then repeated, as
    pillow's box filter does it, but without its rounding to eight bits; `bilinear` is what most pipelines do with
    pictures of the wrong size.  What is left of height and width is the published share for images of 32 and of 224
    pixels and geometric in between.  The last two dimensions of a case are height and width.  Nothing is drawn and
    the target is never asked.
    """

    filter: str = "box"
    """`box` or `bilinear`."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image with the detail of the threat's severity.

        Raises:
            TrialError: If there is no such filter.
        """
        if self.filter not in FILTERS:
            raise TrialError(Problem("filter", f"no filter {self.filter!r}", f"one of {', '.join(FILTERS)}"))
        left = strength(SMALL, LARGE, bench.threat.severity, side(batch.inputs))

        def change(x: Floats, random: Random) -> Any:  # noqa: ARG001 - nothing is drawn
            fewer = [max(1, int(whole * left)) for whole in x.shape[2:]]
            small = along(x, *(_taps(*pair, self.filter) for pair in zip(x.shape[2:], fewer, strict=True)))
            return along(small, *(_taps(*pair, self.filter) for pair in zip(fewer, x.shape[2:], strict=True)))

        return retouched(batch, bench, change)


@lru_cache(maxsize=16)
def _taps(before: int, after: int, filter_: str) -> Matrix:
    """Return the weights of the pixels that make each new one, `(after, before)`.

    As pillow does it: the filter is as wide as the coarser of both grids, and cut off at the border.
    """
    scale, reach = before / after, FILTERS[filter_]
    width = max(scale, 1.0)
    middle = (np.arange(after) + 0.5)[:, None] * scale
    first = np.maximum(np.floor(middle - reach * width + 0.5), 0)
    last = np.minimum(np.floor(middle + reach * width + 0.5), before)
    place = np.arange(before)
    away = (place - middle + 0.5) / width
    tent = np.maximum(1 - np.abs(away), 0) if reach == 1 else ((away > -0.5) & (away <= 0.5)).astype(np.float64)
    weights = np.where((first <= place) & (place < last), tent, 0.0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Resize,
    "Too few pixels",
    oracle="same_label",
    controls=("corruption.blur_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "On small images the published strengths leave most of the detail. Pipelines that resize in another way "
        "(nearest neighbour, without smoothing) leave other traces."
    ),
)
