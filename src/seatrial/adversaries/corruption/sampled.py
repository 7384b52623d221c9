"""Looking up images between their pixels, each at places of its own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.corruption.images import Floats

FAR = 1e6
"""Pixels: further away nothing is looked up."""


def sampled(x: Floats, down: Floats, right: Floats, *, repeats: bool) -> Floats:
    """Return what stands at these places, bilinear; beyond the border the image is mirrored.

    Args:
        x: Images `(n, channels, height, width)`, float32 or float64.
        down: Row of each new pixel, `(n, height, width)`.
        right: Column of each new pixel, alike; both in the dtype of the images.
        repeats: Whether the mirror repeats the border pixel.
    """
    (top, bottom, lower), (left, other, further) = (
        _around(place, side, repeats=repeats) for place, side in ((down, x.shape[2]), (right, x.shape[3]))
    )
    made, flat, wide = np.empty_like(x), x.reshape(*x.shape[:2], -1), x.shape[3]
    for case, image in enumerate(flat):
        start, end, share = left[case], other[case], further[case]
        above, below = (
            _mixed(np.take(image, line + start, axis=1), np.take(image, line + end, axis=1), share)
            for line in (top[case] * wide, bottom[case] * wide)
        )
        made[case] = _mixed(above, below, lower[case])
    return made


def _mixed(one: Floats, other: Floats, share: Floats) -> Floats:
    """Return what stands so far between two pixels; both are overwritten."""
    other -= one
    other *= share
    other += one
    return other


def _around(place: Floats, side: int, *, repeats: bool) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]:
    """Return the pixels before and after each place, mirrored into the image, and the share of the way."""
    place = np.clip(place, -FAR, FAR)
    first = np.floor(place)
    place -= first
    at = first.astype(np.intp)
    after = at + 1
    return _mirrored(at, side, repeats=repeats), _mirrored(after, side, repeats=repeats), place


def _mirrored(at: npt.NDArray[np.intp], side: int, *, repeats: bool) -> npt.NDArray[np.intp]:
    """Return places inside the image; those that are there already stay."""
    beyond = (at < 0) | (at >= side)
    out = at[beyond]
    if repeats:
        around = out % (2 * side)
        at[beyond] = np.minimum(around, 2 * side - 1 - around)
    else:
        last = max(side - 1, 1)
        at[beyond] = np.minimum(np.abs((out + last) % (2 * last) - last), side - 1)
    return at
