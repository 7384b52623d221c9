"""Lengths of changes, the range that a change may fill, and balls whose radius is another one for every case.

Changes are flat here: `(m, numbers)`, one row per case.
"""

from __future__ import annotations

from math import prod
from typing import Any

import array_api_compat

from seatrial.adversaries.limits import span
from seatrial.records.threat import Ball

TINY = 1e-30
ROOTS = {"linf": 0.0, "l2": 0.5, "l1": 1.0, "l0": 1.0}
"""Power of its count of numbers that the length of a change grows with, if all move alike."""
HALVINGS = 24
"""Steps of a bisection for a threshold: it is known to 1/16,000,000 of its range."""


def flat(column: Any) -> Any:
    """Return a column `(m, ...)` as `(m, numbers)`."""
    return array_api_compat.array_namespace(column).reshape(column, (len(column), prod(column.shape[1:])))


def length(norm: str, change: Any) -> Any:
    """Return `(m,)`: the norm of each change; `l0` counts the numbers that are not 0."""
    xp = array_api_compat.array_namespace(change)
    if norm == "l0":
        return xp.sum(xp.astype(change != 0, change.dtype), axis=1)
    if norm == "l1":
        return xp.sum(xp.abs(change), axis=1)
    top = xp.max(xp.abs(change), axis=1)
    if norm == "linf":
        return top
    safe = (top + TINY)[:, None]
    return safe[:, 0] * xp.sqrt(xp.sum((change / safe) ** 2, axis=1))


def width(ball: Ball, like: Any) -> float:
    """Return by how much each number of a case moves in a change as long as the radius, if all move alike."""
    return float(ball.eps / prod(like.shape[1:]) ** ROOTS[ball.norm])


def ranged(ball: Ball, x: Any) -> tuple[Any, Any]:
    """Return the smallest and largest value of each number by the input range alone, whatever the radius.

    A number that lies outside the range already may only stay.
    """
    xp = array_api_compat.array_namespace(x)
    least, most = span(ball.low, ball.high, x)
    outside = (x < least) | (x > most)
    return xp.where(outside, x, least), xp.where(outside, x, most)


def between(point: Any, low: Any, high: Any) -> Any:
    """Return the points inside a box."""
    xp = array_api_compat.array_namespace(point)
    return xp.minimum(xp.maximum(point, low), high)


def within(norm: str, change: Any, radius: Any) -> Any:
    """Return the changes projected on balls of these radii `(m,)`: the nearest in L2, the largest numbers for L0."""
    xp = array_api_compat.array_namespace(change)
    wide = radius[:, None]
    if norm == "linf":
        return between(change, -wide, wide)
    if norm == "l2":
        size = length("l2", change)[:, None]
        return change * xp.minimum(wide / (size + TINY), xp.ones_like(size))
    if norm == "l1":
        return soft(change, threshold(change, radius))
    return largest(change, xp.abs(change), radius)


def soft(change: Any, by: Any) -> Any:
    """Return the changes with every number moved towards 0 by so much `(m,)`, and no further."""
    xp = array_api_compat.array_namespace(change)
    left = xp.maximum(xp.abs(change) - by[:, None], xp.zeros_like(change))
    return xp.copysign(left, change)


def threshold(change: Any, radius: Any) -> Any:
    """Return by how much `(m,)` numbers must shrink so that their sum is the radius; 0 where it is less already.

    Newton's method from 0: the sum falls convexly with the threshold, so every step stays short of it and they grow.
    """
    xp = array_api_compat.array_namespace(change)
    size = xp.abs(change)
    by = xp.zeros_like(radius)
    for _ in range(HALVINGS // 2):
        left = size - by[:, None]
        above = left > 0
        count = xp.sum(xp.astype(above, size.dtype), axis=1)
        over = xp.sum(xp.where(above, left, xp.zeros_like(left)), axis=1) - radius
        by = by + xp.maximum(over, xp.zeros_like(over)) / xp.maximum(count, xp.ones_like(count))
    return by


def pressed(change: Any, low: Any, high: Any, radius: Any) -> Any:
    """Return the changes projected on the meeting of an L1 ball and a box that holds 0, by bisection.

    Cutting at the box first or afterwards throws radius away (Croce and Hein, arXiv:2103.01208).
    """
    xp = array_api_compat.array_namespace(change)
    size, most, none = xp.abs(change), xp.where(change > 0, high, -low), xp.zeros_like(change)
    least, top = xp.zeros_like(radius)[:, None], xp.max(size, axis=1, keepdims=True)
    fits = xp.sum(xp.minimum(size, most), axis=1) <= radius
    for _ in range(HALVINGS):
        middle = (least + top) * 0.5
        over = xp.sum(xp.minimum(xp.maximum(size - middle, none), most), axis=1) > radius
        least, top = xp.where(over[:, None], middle, least), xp.where(over[:, None], top, middle)
    by = xp.where(fits[:, None], none[:, :1], top)
    return xp.copysign(xp.minimum(xp.maximum(size - by, none), most), change)


def largest(change: Any, worth: Any, count: Any) -> Any:
    """Return the changes where their worth is among so many `(m,)` largest of the row, and 0 elsewhere.

    Of equal worth the first are kept, so that never more than `count` are.
    """
    xp = array_api_compat.array_namespace(change)
    order = xp.argsort(worth, axis=1, descending=True, stable=True)
    rank = xp.argsort(order, axis=1)
    return xp.where(xp.astype(rank, change.dtype) + 1 <= count[:, None], change, xp.zeros_like(change))
