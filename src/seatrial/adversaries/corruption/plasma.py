"""Clouds that are rough at every scale: the diamond-square algorithm, on a torus.

Fournier, Fussell and Carpenter, doi:10.1145/358523.358553.
"""

from __future__ import annotations

import numpy as np

from seatrial.adversaries.corruption.images import Floats

FIRST = 100.0
"""Strength of the first displacements before it is squared, as the common corruptions benchmark has it."""


def plasma(drawn: Floats, decay: float) -> Floats:
    """Return clouds `(n, side, side)`, smallest number 0 and largest 1 in each.

    From coarse to fine, each middle of a square and then of a diamond is the mean of its four corners and a
    displacement.

    Args:
        drawn: Evenly between -1 and 1, `(n, side, side)`: the displacement of each place.  The side is a power of two.
        decay: What the strength is divided by from one scale to the next, before it is squared.
    """
    made = np.zeros_like(drawn)
    step, strength = drawn.shape[-1], FIRST
    while step >= 2:
        half, force = step // 2, strength**2
        corner = made[:, ::step, ::step]
        pairs = corner + np.roll(corner, -1, axis=1)
        middle = (pairs + np.roll(pairs, -1, axis=2)) / 4 + drawn[:, half::step, half::step] * force
        made[:, half::step, half::step] = middle
        across = (middle + np.roll(middle, 1, axis=1) + corner + np.roll(corner, -1, axis=2)) / 4
        made[:, ::step, half::step] = across + drawn[:, ::step, half::step] * force
        down = (middle + np.roll(middle, 1, axis=2) + corner + np.roll(corner, -1, axis=1)) / 4
        made[:, half::step, ::step] = down + drawn[:, half::step, ::step] * force
        step, strength = half, strength / decay
    made -= made.min(axis=(1, 2), keepdims=True)
    return np.asarray(made / np.maximum(made.max(axis=(1, 2), keepdims=True), np.finfo(made.dtype).tiny))
