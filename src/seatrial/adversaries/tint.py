"""The one way in which brightness, contrast, hue and saturation of an image are changed: adversary and referee.

Hue and saturation are the linear maps of the W3C's filter effects (`hueRotate` and `saturate`, which keep the
luminance), contrast is about the middle of the range, brightness is added; the result is cut off at the ends of the
range.  All four are one affine map of the channels of a pixel, worked out in float64 on the host.
"""

from __future__ import annotations

from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.limits import span
from seatrial.adversaries.norms import boxed
from seatrial.records.threat import Colour

Floats = npt.NDArray[np.float64]

COLUMNS = ("brightness", "contrast", "hue", "saturation")
"""What a recipe says of a case: share of the range added, change of contrast, degrees, change of saturation."""
GREY = np.tile([0.213, 0.715, 0.072], (3, 1))
"""Luminance of red, green and blue, in each row."""
TURN = np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])
"""What the sine of a turn of the hue multiplies."""


def tinted(x: Any, recipe: Floats, low: float, high: float) -> Any:
    """Return images in other light; a recipe of zeros gives every image that lies in the range back as it is.

    Args:
        x: Images `(n, channels, height, width)`, floats.
        recipe: `(n, 4)`, columns as in `COLUMNS`; hue and saturation are 0 unless there are three channels.
        low: Smallest legal number.
        high: Largest legal number.
    """
    xp = array_api_compat.array_namespace(x)
    mix, lift = _affine(recipe, low, high)
    parts = []
    for row in range(x.shape[1]):
        made = x[:, row : row + 1]
        if x.shape[1] == 3:
            for column in range(3):
                made = made + x[:, column : column + 1] * _like(xp, mix[:, row, column], x)
        else:
            made = made + made * _like(xp, recipe[:, 1], x)
        parts.append(made + _like(xp, lift, x))
    return boxed(xp, xp.concat(parts, axis=1), *span(low, high, x))


def freedoms(threat: Colour, channels: int) -> Floats:
    """Return the largest value of each column of a recipe; hue and saturation only of three channels."""
    most = np.array([threat.brightness, threat.contrast, threat.hue, threat.saturation], dtype=np.float64)
    allowed: Floats = most * np.array([1, 1, channels == 3, channels == 3])
    return allowed


def _affine(recipe: Floats, low: float, high: float) -> tuple[Floats, Floats]:
    """Return per case what is added of each channel to each, `(n, 3, 3)`, and what is added besides, `(n,)`."""
    brightness, contrast, hue, saturation = recipe.T
    angle, one = np.deg2rad(hue)[:, None, None], np.eye(3)
    turned = (np.cos(angle) - 1) * (one - GREY) + np.sin(angle) * TURN
    apart = saturation[:, None, None] * (one - GREY)
    both = turned + apart + apart @ turned
    mix = both + contrast[:, None, None] * (one + both)
    return mix, brightness * (high - low) - contrast * (low + high) / 2


def _like(xp: Any, numbers: Floats, x: Any) -> Any:
    """Return one number per case in the library, device and dtype of the images."""
    made = xp.asarray(numbers.reshape((-1, *[1] * (x.ndim - 1))), device=array_api_compat.device(x))
    return xp.astype(made, x.dtype)
