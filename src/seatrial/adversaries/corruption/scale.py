"""How strong a named severity is at a given image size and input range.

Hendrycks and Dietterich ("Benchmarking neural network robustness to common corruptions and perturbations",
arXiv:1903.12261) publish two tables: for images of 224 pixels (ImageNet-C) and of 32 (CIFAR-10-C).
"""

from __future__ import annotations

from math import ceil, exp, floor, log
from typing import Any, TypeAlias, TypeVar

import array_api_compat

from seatrial.adversaries.limits import span
from seatrial.adversaries.norms import boxed
from seatrial.errors import Problem, TrialError
from seatrial.records.threat import Corruption

T = TypeVar("T")
Rows: TypeAlias = tuple[tuple[float, ...], ...]

SMALL, LARGE = 32, 224
"""Sides in pixels for which the tables were published."""


def strength(small: tuple[float, ...], large: tuple[float, ...], severity: int, side: int) -> float:
    """Return the strength at a severity: the published numbers at sides 32 and 224, geometric between them.

    Args:
        small: Five numbers for side 32.
        large: Five numbers for side 224.
        severity: 1 to 5.
        side: Smaller side of the image in pixels; below 32 and above 224 the nearer table is taken.

    Raises:
        TrialError: If the severity is not 1 to 5.
    """
    return _between(graded(small, severity), graded(large, severity), side)


def row(small: Rows, large: Rows, severity: int, side: int) -> tuple[float, ...]:
    """Return several numbers at a severity, as `strength` does each; one that is 0 in a table is joined linearly.

    Args:
        small: Five rows for side 32.
        large: Five rows, as long, for side 224.
        severity: 1 to 5.
        side: Smaller side of the image in pixels.

    Raises:
        TrialError: If the severity is not 1 to 5.
    """
    pairs = zip(graded(small, severity), graded(large, severity), strict=True)
    return tuple(_between(near, far, side) for near, far in pairs)


def _between(near: float, far: float, side: int) -> float:
    part = min(1.0, max(0.0, log(max(side, 1) / SMALL) / log(LARGE / SMALL)))
    if part in (0.0, 1.0):
        return far if part else near
    if not near or not far:
        return (1 - part) * near + part * far
    return exp((1 - part) * log(near) + part * log(far))


def graded(table: tuple[T, ...], severity: int) -> T:
    """Return the entry of a table of five.

    Raises:
        TrialError: If the severity is not 1 to 5.
    """
    if severity not in range(1, 6):
        raise TrialError(Problem("threat.severity", f"is {severity}", "1, 2, 3, 4 or 5"))
    return table[severity - 1]


def side(x: Any) -> int:
    """Return the smaller side of the images in pixels; 0 for rows of a table."""
    return int(min(x.shape[-2:])) if x.ndim > 2 else 0


def unit(x: Any, threat: Corruption) -> Any:
    """Return inputs as shares of the input range, 0 to 1, where the published numbers hold; the rest is cut off.

    Floats keep their dtype; whole numbers become float32.
    """
    xp = array_api_compat.array_namespace(x)
    share = x if _floats(xp, x) else xp.astype(x, xp.float32)
    if (threat.low, threat.high) != (0, 1):
        share = (share - threat.low) / (threat.high - threat.low)
    return boxed(xp, share, xp.zeros_like(share), xp.ones_like(share))


def ranged(share: Any, x: Any, threat: Corruption) -> Any:
    """Return shares of the input range as inputs, in the dtype of `x` (rounded for whole numbers), never outside it."""
    xp = array_api_compat.array_namespace(x)
    if (threat.low, threat.high) != (0, 1):
        share = share * (threat.high - threat.low) + threat.low
    if _floats(xp, x):
        return boxed(xp, xp.astype(share, x.dtype), *span(threat.low, threat.high, x))
    whole = boxed(xp, xp.round(share), xp.full_like(share, ceil(threat.low)), xp.full_like(share, floor(threat.high)))
    return xp.astype(whole, x.dtype)


def _floats(xp: Any, x: Any) -> bool:
    return bool(xp.isdtype(x.dtype, "real floating"))


def mirrored(x: Any, axis: int, step: int) -> Any:
    """Return images moved by whole pixels along an axis, mirrored at the border pixel (which is not repeated).

    Args:
        x: Any array.
        axis: Counted from the end, -1 or -2.
        step: Pixels; the result at place `i` is what was at `i + step`.
    """
    xp = array_api_compat.array_namespace(x)
    last = max(x.shape[axis] - 1, 1)
    places = xp.abs((xp.arange(x.shape[axis], device=array_api_compat.device(x)) + step + last) % (2 * last) - last)
    return xp.take(x, xp.minimum(places, xp.full_like(places, x.shape[axis] - 1)), axis=x.ndim + axis)
