"""Images resampled along their rows and columns, one linear map per case, with its exact pull-back.

Every number of the result is a sum of a few numbers of the original (taps), multiplied and added in one order: so numpy
and torch give equal bytes on any device that rounds as IEEE 754 says, and neighbours in a batch change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Axis:
    """A linear map along one axis, another for every case: result `i` is the sum over taps of weight times place."""

    index: Whole
    """`(taps, n, out)`: where each tap reads."""
    weight: Floats
    """`(taps, n, out)`."""
    size: int
    """Length of the axis that is read."""

    @cached_property
    def turned(self) -> Axis:
        """The transposed map, which takes a gradient back: as many taps as the busiest place was read."""
        _, cases, out = self.index.shape
        tap, case, at = np.nonzero(self.weight)
        key = case * self.size + self.index[tap, case, at]
        order = np.argsort(key, kind="stable")
        key, count = key[order], np.bincount(key, minlength=cases * self.size)
        rank = np.arange(len(key)) - (np.cumsum(count) - count)[key]
        shape = max(1, int(count.max(initial=0))), cases * self.size
        index, weight = np.zeros(shape, dtype=np.int64), np.zeros(shape)
        index[rank, key] = at[order]
        weight[rank, key] = self.weight[tap, case, at][order]
        return Axis(index.reshape(-1, cases, self.size), weight.reshape(-1, cases, self.size), out)

    @property
    def covered(self) -> npt.NDArray[np.bool_]:
        """Which places of the result read anything, `(n, out)`."""
        made: npt.NDArray[np.bool_] = (self.weight != 0).any(axis=0)
        return made


def interpolated(place: Floats, size: int, inside: npt.NDArray[np.bool_] | None = None) -> Axis:
    """Return the map that reads linearly between whole places, and repeats the ends.

    Args:
        place: `(n, out)`: the place that each result reads, in pixels of the original.
        size: Length of the axis that is read.
        inside: Results that read anything; the others are 0.  None is all.
    """
    held = np.clip(place, 0, size - 1)
    first = np.minimum(np.floor(held), max(0, size - 2))
    further = held - first
    index = np.stack([first, np.minimum(first + 1, size - 1)]).astype(np.int64)
    return Axis(index, np.stack([1 - further, further]) * (1.0 if inside is None else inside), size)


@dataclass(frozen=True)
class Resampling:
    """A linear map of images, another for every case: along the rows, then along the columns."""

    down: Axis
    right: Axis

    def __call__(self, x: Any) -> Any:
        """Return the images as they are seen: `(n, ..., height, width)` from the same with other sides."""
        return _along(_along(x, self.down, -2), self.right, -1)

    def back(self, gradient: Any) -> Any:
        """Return the gradient with respect to the images, from the one with respect to what is seen."""
        return _along(_along(gradient, self.right.turned, -1), self.down.turned, -2)


def _along(x: Any, axis: Axis, dim: int) -> Any:
    """Return images with one of their two sides mapped.  Begun with 0: no result is minus 0."""
    xp, device = array_api_compat.array_namespace(x), array_api_compat.device(x)
    flat = xp.reshape(x, (x.shape[0], prod(x.shape[1:-2]), *x.shape[-2:]))
    total: Any = 0.0
    for index, weight in zip(axis.index, axis.weight, strict=True):
        shape = (len(index), 1, -1, 1) if dim == -2 else (len(index), 1, 1, -1)
        place = xp.asarray(index.reshape(shape), device=device)
        share = xp.astype(xp.asarray(weight.reshape(shape), device=device), x.dtype)
        total = xp.take_along_axis(flat, _spread(xp, place, flat, dim), axis=dim) * share + total
    return xp.reshape(total, (*x.shape[:-2], *total.shape[-2:]))


def _spread(xp: Any, place: Any, flat: Any, dim: int) -> Any:
    """Return places in the shape of what is read, but for the axis that is mapped."""
    shape = [*flat.shape]
    shape[dim] = place.shape[dim]
    return xp.broadcast_to(place, tuple(shape))
