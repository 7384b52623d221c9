"""Enlarging the middle of an image."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.corruption.images import Floats


def zoomed(x: Floats, factor: float) -> Floats:
    """Return the middle of images `(..., height, width)` enlarged to the whole, bilinear.

    As the common corruptions benchmark does it with scipy: the middle is what fits after enlarging, rounded up; its
    corner pixels become the corners of the enlarged one, and what is too much is trimmed evenly.
    """
    for axis in (-2, -1):
        first, share = _places(x.shape[axis], factor)
        one = np.take(x, first, axis=axis)
        other = np.take(x, np.minimum(first + 1, x.shape[axis] - 1), axis=axis)
        other -= one
        other *= share.astype(x.dtype)[:, None] if axis == -2 else share.astype(x.dtype)
        one += other
        x = one
    return x


@lru_cache(maxsize=128)
def _places(size: int, factor: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return the pixel before each new pixel, and the share of the way to the next one."""
    kept = ceil(size / factor)
    grown = max(round(kept * factor), size)
    scale = (kept - 1) / (grown - 1) if grown > 1 else 0.0
    place = (np.arange(size) + (grown - size) // 2) * scale + (size - kept) // 2
    first = np.floor(place + 1e-9).astype(np.int64)
    return first, np.maximum(place - first, 0.0)
