"""The trail that things leave while the shutter is open."""

from __future__ import annotations

import numpy as np
from scipy.linalg import get_blas_funcs

from seatrial.adversaries.corruption.images import Floats


def dragged(x: Floats, length: int, soft: float, angles: Floats) -> Floats:
    """Return every image dragged along a line of its own: half a Gaussian bell, in whole pixels, as ImageMagick does.

    The border pixel continues the image.

    Args:
        x: Images `(n, channels, height, width)`, float32 or float64.
        length: Pixels; the trail has twice as many and one.
        soft: Deviation of the bell, in pixels.
        angles: Of each image, `(n,)`, in radians, from right to below.
    """
    steps = np.arange(2 * length + 1)
    bell = np.exp(-0.5 * (steps / soft) ** 2)
    weights, reach = bell / bell.sum(), 2 * length
    high, wide = (size + 2 * reach for size in x.shape[-2:])
    made = np.empty_like(x)
    add = get_blas_funcs("axpy", dtype=x.dtype)
    size = x.shape[1] * high * wide - 2 * reach * (wide + 1)
    for case, (image, angle) in enumerate(zip(x, angles, strict=True)):
        # Moved by whole pixels, an image with a border is the same numbers read from another place on.
        flat = np.pad(image, ((0, 0), (reach, reach), (reach, reach)), mode="edge").reshape(-1)
        total = np.zeros(image.shape[0] * high * wide, dtype=x.dtype)
        starts = np.ceil(steps * np.sin(angle) - 0.5) * wide + np.ceil(steps * np.cos(angle) - 0.5)
        for start, weight in zip(starts.astype(int) + reach * (wide + 1), weights, strict=True):
            add(flat[start : start + size], total, n=size, a=weight)
        made[case] = total.reshape(-1, high, wide)[:, : image.shape[1], : image.shape[2]]
    return made
