"""The one way in which an image is bent by a field of displacements: for the adversary, and for the referee.

Where each pixel comes from is worked out in float64 in the library of the image, the image is summed in its own dtype,
four multiplications and additions per pixel in one order: numpy and torch give equal bytes, and neighbours in a batch
change nothing.  The gradient with respect to the field follows from the same four neighbours (Xiao et al., "Spatially
transformed adversarial examples", arXiv:1801.02612).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.norms import boxed
from seatrial.adversaries.taps import Resampling, interpolated
from seatrial.records.threat import Flow

STRIDES = (-2, -1)


def bent(x: Any, field: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Return images whose pixels are taken from beside their places, and the pull-back to the field.

    Args:
        x: Images `(n, ..., height, width)`, floats.
        field: Displacements in pixels, float64 `(n, 2, height, width)`: down, then right; read bilinearly, and
            beyond the border the nearest pixel.

    Returns:
        The images, and a function from the gradient at the images to that at the field, in float64.
    """
    xp, device = array_api_compat.array_namespace(x), array_api_compat.device(x)
    height, width = x.shape[-2:]
    planes = xp.reshape(x, (x.shape[0], -1, height * width))
    rows = xp.arange(height, dtype=xp.float64, device=device)[None, :, None]
    columns = xp.arange(width, dtype=xp.float64, device=device)[None, None, :]
    above, below, down, inside_down = _pair(xp, rows + field[:, 0], height)
    left, further, right, inside_right = _pair(xp, columns + field[:, 1], width)
    corners = [_seen(xp, planes, row * width + column) for row in (above, below) for column in (left, further)]
    one, two, three, four = corners
    weights = [across * along for across in (1 - down, down) for along in (1 - right, right)]
    made = xp.zeros_like(one)
    for seen, weight in zip(corners, weights, strict=True):
        made = made + seen * _like(xp, weight, x)
    least, most = xp.min(planes, axis=(1, 2), keepdims=True), xp.max(planes, axis=(1, 2), keepdims=True)

    def back(gradient: Any) -> Any:
        slope = xp.reshape(gradient, planes.shape)
        along = _like(xp, right, x)
        across = _like(xp, down, x)
        lower = (three - one) * (1 - along) + (four - two) * along
        aside = (two - one) * (1 - across) + (four - three) * across
        parts = [xp.sum(slope * lower, axis=1), xp.sum(slope * aside, axis=1)]
        flat = xp.stack([xp.astype(part, xp.float64) for part in parts], axis=1)
        inside = xp.stack([inside_down, inside_right], axis=1)
        return xp.where(inside, xp.reshape(flat, inside.shape), xp.zeros_like(field))

    return xp.reshape(boxed(xp, made, least, most), x.shape), back


def _pair(xp: Any, place: Any, size: int) -> tuple[Any, Any, Any, Any]:
    """Return the two whole places around each place, the share of the second, and where it is not beyond the end."""
    held = boxed(xp, place, xp.zeros_like(place), xp.full_like(place, size - 1.0))
    first = xp.minimum(xp.floor(held), xp.full_like(place, max(0.0, size - 2.0)))
    start = xp.astype(first, xp.int64)
    second = xp.minimum(start + 1, xp.full_like(start, size - 1))
    return start, second, held - first, (place >= 0) & (place <= size - 1)


def _seen(xp: Any, planes: Any, place: Any) -> Any:
    """Return the pixels `(n, planes, height width)` at these places `(n, height, width)`."""
    index = xp.reshape(place, (place.shape[0], 1, -1))
    return xp.take_along_axis(planes, xp.broadcast_to(index, planes.shape), axis=2)


def _like(xp: Any, weight: Any, x: Any) -> Any:
    return xp.astype(xp.reshape(weight, (weight.shape[0], 1, -1)), x.dtype)


@dataclass(frozen=True, eq=False)
class Bending:
    """Fields that keep to a threat whatever the numbers they are made of (each at most `pixels`): smoothed.

    A mean over a square of `width` pixels moves by at most 2 x pixels / width from one place to the next, so the width
    is chosen such that this is no more than the threat allows (beyond the border the numbers are 0).
    """

    x: Any
    """Images `(n, ..., height, width)`."""
    width: int

    @classmethod
    def under(cls, threat: Flow, x: Any) -> Bending:
        """Return the bending of images under a threat."""
        return cls(x, 1 if threat.smooth >= 2 * threat.pixels else ceil(2 * threat.pixels / threat.smooth) | 1)

    def at(self, rows: Any) -> Bending:
        """Return the bending of these cases."""
        return Bending(self.x[rows], self.width)

    def field(self, numbers: Any) -> Any:
        """Return the field in float64, from numbers `(n, 2, height, width)`."""
        xp = array_api_compat.array_namespace(numbers)
        return self._mean(xp, xp.astype(numbers, xp.float64))

    def made(self, numbers: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the bent images and the pull-back to the numbers: the mean is its own transposed map."""
        image, back = bent(self.x, self.field(numbers))
        xp = array_api_compat.array_namespace(numbers)
        return image, lambda gradient: xp.astype(self._mean(xp, back(gradient)), numbers.dtype)

    def _mean(self, xp: Any, column: Any) -> Any:
        """Return the mean over a square around every place, by differences of running sums of whole multiples."""
        reach = self.width // 2
        for dim in STRIDES if reach else ():
            edge = xp.zeros_like(column[..., :1, :] if dim == -2 else column[..., :1])
            padded = xp.concat([edge] * reach + [column] + [edge] * reach, axis=dim)
            total: Any = 0.0
            for at in range(self.width):
                size = column.shape[dim]
                total = (padded[..., at : at + size, :] if dim == -2 else padded[..., at : at + size]) + total
            column = total / self.width
        return column


@dataclass(frozen=True, eq=False)
class Elastic:
    """Fields that are drawn between the nodes of a grid, so far apart that they keep to a threat."""

    x: Any
    """Images `(n, ..., height, width)`."""
    spread: Resampling
    """From nodes `(n, 2, rows, columns)` to fields."""
    shape: tuple[int, int]
    """Rows and columns of the grid."""

    @classmethod
    def under(cls, threat: Flow, x: Any, nodes: int) -> Elastic:
        """Return a grid of at most so many nodes along each side."""
        apart = 2 * threat.pixels / threat.smooth
        counts = [max(1, min(nodes, int((size - 1) / apart) + 1)) for size in x.shape[-2:]]
        axes = [
            interpolated(np.linspace(0.0, count - 1.0, size)[None] if count > 1 else np.zeros((1, size)), count)
            for count, size in zip(counts, x.shape[-2:], strict=True)
        ]
        return cls(x, Resampling(*axes), (counts[0], counts[1]))

    def at(self, rows: Any) -> Elastic:
        """Return the same grid for these cases."""
        return Elastic(self.x[rows], self.spread, self.shape)

    def field(self, numbers: Any) -> Any:
        """Return the field in float64, from the displacements of the nodes."""
        xp = array_api_compat.array_namespace(numbers)
        return self.spread(xp.astype(numbers, xp.float64))

    def made(self, numbers: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the bent images and the pull-back to the displacements of the nodes."""
        image, back = bent(self.x, self.field(numbers))
        xp = array_api_compat.array_namespace(numbers)
        return image, lambda gradient: xp.astype(self.spread.back(back(gradient)), numbers.dtype)
