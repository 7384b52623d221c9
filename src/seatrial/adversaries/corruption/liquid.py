"""The edges and the depth of drops: what OpenCV calls Canny, distance transform and histogram equalisation.

On grey pictures of eight bits, a whole batch `(n, height, width)` at once.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.ndimage import label

Bytes: TypeAlias = npt.NDArray[np.uint8]
Floats: TypeAlias = npt.NDArray[np.float32]
Whole: TypeAlias = npt.NDArray[np.int32]
Flags: TypeAlias = npt.NDArray[np.bool_]

FLAT = 2**0.5 - 1
"""Tangent of 22.5 degrees: what is flatter counts as horizontal."""
STEPS = 1.0, 1.4, 2.1969
"""Lengths of a step aside, of one across, and of a knight's move (Borgefors, doi:10.1016/S0734-189X(86)80047-0)."""


def edges(grey: Bytes, weak: int, strong: int) -> Flags:
    """Return where the edges are (Canny, doi:10.1109/TPAMI.1986.4767851): ridges of the gradient.

    The gradient is Sobel's, its size the sum of both parts.  A ridge counts above `weak` where it hangs together with
    a place above `strong`.
    """
    wide = np.pad(grey.astype(np.int32), ((0, 0), (1, 1), (1, 1)), mode="edge")
    right, down = _sobel(wide), _sobel(wide.swapaxes(1, 2)).swapaxes(1, 2)
    size = np.abs(right) + np.abs(down)
    ridge = _tops(size, right, down, weak)
    together = np.zeros((3, 3, 3), dtype=int)
    together[1] = 1
    parts, count = label(ridge, structure=together)
    firm = np.zeros(count + 1, dtype=bool)
    firm[parts[ridge & (size > strong)]] = True
    return np.asarray(firm[parts])


def _sobel(wide: Whole) -> Whole:
    """Return the slope along the last axis."""
    step = wide[:, :, 2:] - wide[:, :, :-2]
    return np.asarray(step[:, :-2] + 2 * step[:, 1:-1] + step[:, 2:])


def _tops(size: Whole, right: Whole, down: Whole, weak: int) -> Flags:
    """Return where the gradient is above `weak` and larger than on both sides of it, in steps of 45 degrees."""
    wide = np.pad(size, ((0, 0), (1, 1), (1, 1)))
    line, flat = wide.shape[2], wide.reshape(-1)
    at, here = np.flatnonzero(flat > weak), np.flatnonzero(size > weak)
    own, level, steep = flat[at], np.abs(right.reshape(-1)[here]), np.abs(down.reshape(-1)[here])
    slant = np.where((right.reshape(-1)[here] < 0) != (down.reshape(-1)[here] < 0), line - 1, line + 1)
    across = (own > flat[at - slant]) & (own > flat[at + slant])
    upright = (own > flat[at - line]) & (own >= flat[at + line])
    along = (own > flat[at - 1]) & (own >= flat[at + 1])
    kept = np.where(steep < level * FLAT, along, np.where(steep > level * (FLAT + 2), upright, across))
    made = np.zeros(size.shape, dtype=bool)
    made.reshape(-1)[here[kept]] = True
    return made


def depth(shores: Flags, most: float) -> Floats:
    """Return how far the nearest shore is, `most` at the most, in steps aside, across and of a knight."""
    made = np.where(shores, 0.0, most).astype(np.float32)
    for turn in (slice(None), slice(None, None, -1)):
        _swept(made[:, turn, turn])
    return made


def _swept(made: Floats) -> None:
    """Carry lengths on from row to row downwards, and in each row to the right."""
    aside, across, knight = (np.float32(step) for step in STEPS)
    width = made.shape[2]
    run = np.arange(width, dtype=np.float32) * aside
    wide = np.full((made.shape[0], width + 4), np.inf, dtype=np.float32)
    second = wide.copy()
    for at in range(made.shape[1]):
        row = made[:, at]
        for source, step, cost in (
            (wide, 0, aside), (wide, -1, across), (wide, 1, across), (wide, -2, knight), (wide, 2, knight),
            (second, -1, knight), (second, 1, knight),
        ):  # fmt: skip
            np.minimum(row, source[:, 2 + step : 2 + step + width] + cost, out=row)
        np.minimum(row, np.minimum.accumulate(row - run, axis=1) + run, out=row)
        second, wide = wide, second
        wide[:, 2:-2] = row


def equalised(grey: Bytes) -> Bytes:
    """Return pictures whose grey levels are spread evenly, each for itself; a picture of one level stays."""
    made = np.empty_like(grey)
    for case, picture in enumerate(grey):
        counts = np.bincount(picture.reshape(-1), minlength=256)
        first = int(np.flatnonzero(counts)[0])
        rest = picture.size - int(counts[first])
        if not rest:
            made[case] = picture
            continue
        below = np.cumsum(counts) - counts[: first + 1].sum()
        made[case] = np.rint(np.clip(below, 0, None) * np.float32(255 / rest)).astype(np.uint8)[picture]
    return made


def summed(grey: Floats, kernel: tuple[tuple[int, ...], ...]) -> Floats:
    """Return weighted sums of each pixel and its eight neighbours, mirrored at the border pixel."""
    high, across = grey.shape[1:]
    wide = np.pad(grey, ((0, 0), (1, 1), (1, 1)), mode="reflect" if min(high, across) > 1 else "edge")
    made = np.zeros_like(grey)
    for row, weights in enumerate(kernel):
        for column, weight in enumerate(weights):
            if weight:
                made += wide[:, row : row + high, column : column + across] * np.float32(weight)
    return made
