"""Too few pixels: made small, and large again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.scale import ranged, side, strength, unit
from seatrial.errors import Problem, TrialError
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = (0.95, 0.9, 0.85, 0.75, 0.65)
LARGE = (0.6, 0.5, 0.4, 0.3, 0.25)
FILTERS = {"box": 0.5, "bilinear": 1.0}
"""Filter -> how far it reaches, in pixels of the smaller image."""
Floats = npt.NDArray[np.float64]


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
        x = unit(batch.inputs, bench.threat)
        left = strength(SMALL, LARGE, bench.threat.severity, side(x))
        for axis in (-1, -2):
            whole = x.shape[axis]
            fewer = max(1, int(whole * left))
            for before, after in ((whole, fewer), (fewer, whole)):
                x = _along(x, axis, *_taps(before, after, FILTERS[self.filter]))
        return Attempts(stimuli=ranged(x, batch.inputs, bench.threat))


def _taps(before: int, after: int, reach: float) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return which pixels make each new one, and with what weights, both `(taps, after)`.

    As pillow does it: the filter is as wide as the coarser of both grids, and cut off at the border.
    """
    scale = before / after
    width = max(scale, 1.0)
    middle = (np.arange(after) + 0.5) * scale
    first = np.maximum(np.floor(middle - reach * width + 0.5), 0)
    last = np.minimum(np.floor(middle + reach * width + 0.5), before)
    steps = np.arange(int((last - first).max()))[:, None]
    away = (first + steps - middle + 0.5) / width
    tent = np.maximum(1 - np.abs(away), 0) if reach == 1 else ((away > -0.5) & (away <= 0.5)).astype(np.float64)
    weights = np.where(first + steps < last, tent, 0.0)
    return np.minimum(first + steps, before - 1).astype(np.int64), weights / weights.sum(axis=0)


def _along(x: Any, axis: int, places: npt.NDArray[np.int64], weights: Floats) -> Any:
    """Return the images resampled along one axis, as a weighted sum of chosen pixels, tap by tap."""
    xp, device = array_api_compat.array_namespace(x), array_api_compat.device(x)
    shape = [1] * x.ndim
    shape[axis] = places.shape[1]
    made: Any = 0.0
    for place, weight in zip(places, weights, strict=True):
        chosen = xp.take(x, xp.asarray(place, device=device), axis=x.ndim + axis)
        made = made + chosen * xp.reshape(xp.astype(xp.asarray(weight, device=device), x.dtype), tuple(shape))
    return made


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
