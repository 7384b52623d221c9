"""Directions made of cosines (DCT): smooth ones reach further across a decision boundary than noise, pixel by pixel.

The last two axes of an image are transformed; a table or a vector has no neighbours, and stays as it is.
"""

from __future__ import annotations

from functools import cache
from math import ceil, prod
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.records.random import Random

SIDE = 4
"""Numbers along an axis from which on it is transformed."""
Floats = npt.NDArray[np.float64]


@cache
def table(size: int) -> Floats:
    """Return the orthonormal cosines of a length, `(frequencies, size)`, the slowest first."""
    place, which = np.arange(size)[None, :] + 0.5, np.arange(size)[:, None]
    made = np.cos(np.pi * place * which / size) * np.sqrt(2.0 / size)
    made[0] /= np.sqrt(2.0)
    return np.asarray(made)


def waves(shape: tuple[int, ...]) -> bool:
    """Return whether cases of this shape have neighbours on two axes: images."""
    return len(shape) >= 2 and min(shape[-2:]) >= SIDE


def kept(shape: tuple[int, ...], share: float) -> tuple[int, ...]:
    """Return how many of the slowest frequencies are used on each axis, all on axes that are not transformed."""
    if not waves(shape):
        return shape
    return (*shape[:-2], *(max(1, ceil(share * size)) for size in shape[-2:]))


def smooth(random: Random, purpose: str, like: Any, share: float, *, draw: int = 0) -> Any:
    """Return one random direction per case, of the slowest frequencies, each number of variance about `share` squared.

    Args:
        random: One stream per case.
        purpose: Names the stream.
        like: Cases `(n, ...)` of the wanted shape, library, device and dtype.
        share: Part of the frequencies of each axis.
        draw: Which direction.
    """
    xp, device = array_api_compat.array_namespace(like), array_api_compat.device(like)
    shape = tuple(like.shape[1:])
    small = kept(shape, share)
    size = int(np.prod(small))
    if not waves(shape):
        return random.bell(purpose, small, like, start=draw * size)
    drawn = random.bell(purpose, small, np.zeros(1), start=draw * size)
    down, right = (table(side)[:count] for side, count in zip(shape[-2:], small[-2:], strict=True))
    # One product per case, whatever their number: on the host, in one order.
    made = np.matmul(np.matmul(down.T, drawn), right)
    return xp.astype(xp.asarray(made, device=device), like.dtype)


def single(shape: tuple[int, ...], which: npt.NDArray[np.intp], like: Any) -> Any:
    """Return one cosine per case, of length 1.

    Args:
        shape: Of one case, an image.
        which: Position of the frequency among the numbers of a case, `(n,)`.
        like: An array of the wanted library, device and dtype.
    """
    xp, device = array_api_compat.array_namespace(like), array_api_compat.device(like)
    planes = int(np.prod(shape[:-2])) if len(shape) > 2 else 1
    plane, row, column = np.unravel_index(which, (planes, *shape[-2:]))
    image = table(shape[-2])[row][:, :, None] * table(shape[-1])[column][:, None, :]
    there = np.arange(planes)[None, :] == plane[:, None]
    made = np.where(there[:, :, None, None], image[:, None], 0.0).reshape(len(which), *shape)
    return xp.astype(xp.asarray(made, device=device), like.dtype)


def order(random: Random, purpose: str, shape: tuple[int, ...], *, lowest: float = 0.0) -> npt.NDArray[np.intp]:
    """Return the numbers of a case in an order of its own, `(n, numbers)`.

    Args:
        random: One stream per case.
        purpose: Names the stream.
        shape: Of one case.
        lowest: Frequencies come in shells, each this share of an axis wider than the last; 0 is no order among them.
    """
    drawn = random.words(purpose, shape, np.zeros(1)).reshape(len(random), prod(shape))
    if lowest > 0 and waves(shape):
        row, column = np.indices(shape[-2:]) / np.array(shape[-2:])[:, None, None]
        shell = np.floor(np.maximum(row, column) / lowest).astype(np.int64)
        drawn = drawn + (np.broadcast_to(shell, shape).reshape(-1)[None, :] << 32)
    return np.argsort(drawn, axis=1, kind="stable")
