"""The smallest change that reaches a plane without leaving a box, in three norms, without a sort.

The plane is `gradient . change = offset`; the box is `low <= change <= high` and holds 0.  The change sought grows with
one number per case (its size, its multiple of the gradient, or the worth from which numbers move); how much of the
offset it covers is concave and piecewise linear in that number, so Newton's method from 0 climbs to it without ever
stepping over, and ends after as many steps as it meets pieces.
"""

from __future__ import annotations

from typing import Any

import array_api_compat

from seatrial.adversaries.lengths import TINY

STEPS = 8
"""Newton steps: nearly all cases are exact after three; what is left undone falls a little short of the plane."""
HALVINGS = 14
"""Bisections for L1; numbers of equal worth to within this share what is left."""


def reaching(norm: str, gradient: Any, offset: Any, low: Any, high: Any) -> Any:
    """Return the smallest change `(m, numbers)` that covers the offset, or the corner that covers most of it.

    Args:
        norm: `linf`, `l2` or `l1`; also `l0`, which is reached as `l1`: fewest numbers, each as far as it goes.
        gradient: `(m, numbers)`, finite.
        offset: `(m,)`; where it is not above 0 there is nothing to do.
        low: Smallest change of each number `(m, numbers)`, not above 0.
        high: Largest change of each number, not below 0.
    """
    xp = array_api_compat.array_namespace(gradient)
    steep = xp.abs(gradient)
    room = xp.where(gradient > 0, high, -low)
    wanted = xp.maximum(offset, xp.zeros_like(offset))
    if norm == "linf":
        moved = xp.minimum(_grown(xp, steep, xp.ones_like(steep), room, wanted), room)
    elif norm == "l2":
        top = xp.max(steep, axis=1, keepdims=True) + TINY
        share = steep / top
        moved = xp.minimum(_grown(xp, steep, share, room, wanted) * share, room)
    else:
        moved = _filled(xp, steep, room, wanted)
    return xp.where(steep > 0, xp.copysign(moved, gradient), xp.zeros_like(moved))


def _grown(xp: Any, steep: Any, pace: Any, room: Any, wanted: Any) -> Any:
    """Return the number t `(m, 1)` at which `sum(steep * min(t * pace, room))` is what is wanted, from below."""
    t = xp.zeros_like(wanted)[:, None]
    rise = steep * pace
    for _ in range(STEPS):
        free = t * pace < room
        covered = xp.sum(xp.where(free, rise * t, steep * room), axis=1, keepdims=True)
        slope = xp.sum(xp.where(free, rise, xp.zeros_like(rise)), axis=1, keepdims=True)
        missing = wanted[:, None] - covered
        # Where nothing is free any more the corner is reached, and t may be anything larger.
        step = xp.where(slope > TINY, missing / xp.maximum(slope, xp.full_like(slope, TINY)), xp.zeros_like(slope))
        t = t + xp.maximum(step, xp.zeros_like(step))
    return t


def _filled(xp: Any, steep: Any, room: Any, wanted: Any) -> Any:
    """Return how far each number moves in L1: the steepest first, each to its limit, the last as far as needed."""
    worth = steep * room
    low = xp.zeros_like(wanted)[:, None]
    high = xp.max(steep, axis=1, keepdims=True)
    none = xp.zeros_like(worth)
    for _ in range(HALVINGS):
        middle = (low + high) * 0.5
        enough = xp.sum(xp.where(steep > middle, worth, none), axis=1, keepdims=True) >= wanted[:, None]
        low, high = xp.where(enough, middle, low), xp.where(enough, high, middle)
    above = steep > high
    border = (steep > low) & ~above
    missing = wanted[:, None] - xp.sum(xp.where(above, worth, none), axis=1, keepdims=True)
    there = xp.sum(xp.where(border, worth, none), axis=1, keepdims=True)
    share = xp.minimum(xp.maximum(missing / (there + TINY), xp.zeros_like(there)), xp.ones_like(there))
    return xp.where(above, room, xp.where(border, room * share, none))
