"""Blurs and changes of scale that go along the rows and then along the columns, as products with matrices.

Each plane is multiplied by itself, so that what comes out does not depend on how many there are.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.corruption.images import Floats

Matrix = npt.NDArray[np.float64]
BORDERS = {"nearest": "edge", "reflect": "symmetric", "mirror": "reflect"}
"""What continues an image, as scipy calls it -> as numpy's `pad` does."""


def smoothed(x: Floats, deviation: float, *, border: str = "nearest", cut: float = 4.0) -> Floats:
    """Return images `(..., height, width)` blurred with a Gaussian bell, as `scipy.ndimage.gaussian_filter` does it.

    Args:
        x: float32 or float64.
        deviation: In pixels; 0 changes nothing.
        border: `nearest`, `reflect` or `mirror`.
        cut: Standard deviations after which the bell is cut off.
    """
    if int(cut * deviation + 0.5) == 0:
        return x
    down, across = (bell(side, deviation, border, cut) for side in x.shape[-2:])
    return along(x, down, across)


def along(x: Floats, down: Matrix, across: Matrix) -> Floats:
    """Return images `(..., height, width)` with every column multiplied by `down` and every row by `across`.

    Args:
        x: float32 or float64.
        down: `(new height, height)`.
        across: `(new width, width)`.
    """
    rows = x @ np.ascontiguousarray(across.T.astype(x.dtype))
    return np.asarray(down.astype(x.dtype) @ rows)


@lru_cache(maxsize=32)
def bell(size: int, deviation: float, border: str, cut: float) -> Matrix:
    """Return the blur of a row of `size` pixels as a matrix `(size, size)`; its rows have sum 1."""
    reach = int(cut * deviation + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    made = banded(size, weights / weights.sum(), border)
    made.setflags(write=False)
    return made


def banded(size: int, weights: Matrix, border: str) -> Matrix:
    """Return the weighted sum of each pixel of a row and its neighbours as a matrix `(size, size)`.

    Args:
        size: Pixels of the row.
        weights: Of the neighbours from the left to the right, an odd number.
        border: What continues the row: `nearest`, `reflect` or `mirror`.
    """
    places = np.pad(np.arange(size), len(weights) // 2, mode=BORDERS[border])  # type: ignore[call-overload]
    made = np.zeros((size, size))
    for step, weight in enumerate(weights):
        np.add.at(made, (np.arange(size), places[step : step + size]), weight)
    return made
