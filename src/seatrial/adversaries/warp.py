"""The one way in which an image is turned, moved and scaled: for the adversary, and for the referee who does it again.

Where each pixel comes from is worked out in float64 on the host; the image itself is summed with four
multiplications and additions per pixel, in one order, in the dtype of the image.  So numpy and torch, on any device
that rounds as IEEE 754 says, give equal bytes, and neighbours in a batch change nothing.
"""

from __future__ import annotations

from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.norms import boxed

Floats = npt.NDArray[np.float64]

COLUMNS = ("degrees", "shift_down", "shift_right", "zoom")
"""What a recipe says of a case: degrees against the clock, shares of height and of width, and the change of scale
(0.1 shows everything a tenth larger)."""


def warped(x: Any, recipe: Floats) -> Any:
    """Return images that are scaled and turned about their middle, then moved: bilinear, continued at the border.

    What comes into view repeats the nearest pixel of the border, so that a plain background stays what it is and no
    movement makes a value that the image does not hold.  A recipe of zeros gives every image back as it is.

    Args:
        x: Images `(n, ..., height, width)`, floats.
        recipe: `(n, 4)`, columns as in `COLUMNS`; zoom above -1.
    """
    xp = array_api_compat.array_namespace(x)
    height, width = x.shape[-2:]
    flat = xp.reshape(x, (x.shape[0], -1, height * width))
    made = xp.zeros_like(flat)
    for index, weight in _corners(_once(recipe), height, width):
        made = made + _seen(xp, flat, index) * _like(xp, weight, x)
    least, most = xp.min(flat, axis=(1, 2), keepdims=True), xp.max(flat, axis=(1, 2), keepdims=True)
    return xp.reshape(boxed(xp, made, least, most), x.shape)


def _once(recipe: Floats) -> Floats:
    """Return one row if all cases have the same recipe: a whole batch then shares the geometry."""
    return recipe[:1] if len(recipe) and bool((recipe == recipe[:1]).all()) else recipe


def _seen(xp: Any, flat: Any, index: npt.NDArray[np.int64]) -> Any:
    """Return the pixels at these positions: `(n, planes, pixels)` from the same, positions `(n, pixels)` or one row."""
    device = array_api_compat.device(flat)
    if len(index) == 1:
        return xp.take(flat, xp.asarray(index[0], device=device), axis=2)
    cases, planes, pixels = flat.shape
    start = xp.reshape(xp.arange(cases * planes, device=device) * pixels, (cases, planes, 1))
    place = xp.reshape(start + xp.asarray(index, device=device)[:, None, :], (-1,))
    return xp.reshape(xp.take(xp.reshape(flat, (-1,)), place), flat.shape)


def _like(xp: Any, weight: Floats, x: Any) -> Any:
    """Return numbers of the cases' pixels in the library, device and dtype of the images."""
    return xp.astype(xp.asarray(weight, device=array_api_compat.device(x)), x.dtype)[:, None, :]


def _corners(recipe: Floats, height: int, width: int) -> list[tuple[npt.NDArray[np.int64], Floats]]:
    """Return the four neighbours of where every pixel comes from: position in the image and weight, each `(n, h w)`."""
    down, right = _origins(recipe, height, width)
    found = []
    for row, across in _pair(down, height):
        for column, along in _pair(right, width):
            place = (row * width + column).astype(np.int64)
            found.append((place.reshape(len(recipe), -1), (across * along).reshape(len(recipe), -1)))
    return found


def _pair(place: Floats, count: int) -> tuple[tuple[Floats, Floats], ...]:
    """Return the two whole places around each place, inside the image, with their weights."""
    first = np.floor(place)
    further = place - first
    ends = [np.minimum(np.maximum(at, 0), count - 1) for at in (first, first + 1)]
    return (ends[0], 1 - further), (ends[1], further)


def _origins(recipe: Floats, height: int, width: int) -> tuple[Floats, Floats]:
    """Return the row and the column that every pixel comes from, each `(n, height, width)`."""
    turn, lower, further, zoom = (recipe[:, at, None, None] for at in range(4))
    middle = (height - 1) / 2, (width - 1) / 2
    down = np.arange(height)[None, :, None] - middle[0] - lower * height
    right = np.arange(width)[None, None, :] - middle[1] - further * width
    angle, scale = np.deg2rad(turn), 1 / (1 + zoom)
    cosine, sine = np.cos(angle) * scale, np.sin(angle) * scale
    return cosine * down + sine * right + middle[0], cosine * right - sine * down + middle[1]
