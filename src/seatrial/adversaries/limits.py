"""The box that a perturbation may fill, rounded inwards, so that an honest attack needs no tolerance."""

from __future__ import annotations

from typing import Any

import array_api_compat

from seatrial.records.threat import Ball


def limits(ball: Ball, x: Any) -> tuple[Any, Any]:
    """Return the smallest and largest value that each number of `x` may become.

    They are made in float64 and rounded inwards into the dtype of `x` with `nextafter`: in exact arithmetic
    they lie within `eps` of `x` and inside `[low, high]`.  For `l2` and `l1` the box holds the whole ball, for `l0` it
    is the input range.
    A number that lies outside `[low, high]` already may only stay.

    Args:
        ball: The threat.
        x: Floats of any shape, numpy or torch.
    """
    xp = array_api_compat.array_namespace(x)
    exact = xp.astype(x, xp.float64)
    least, most = span(ball.low, ball.high, x)
    low, high = xp.zeros_like(x) + least, xp.zeros_like(x) + most
    if ball.norm != "l0":
        low = xp.maximum(_bound(xp, exact, -ball.eps, x), low)
        high = xp.minimum(_bound(xp, exact, ball.eps, x), high)
    outside = (exact < ball.low) | (exact > ball.high)
    return xp.where(outside, x, low) + 0.0, xp.where(outside, x, high) + 0.0


def span(low: float, high: float, x: Any) -> tuple[Any, Any]:
    """Return the two ends of the input range as arrays without dimensions, rounded inwards into the dtype of `x`."""
    xp = array_api_compat.array_namespace(x)
    return _edge(xp, low, x, up=True), _edge(xp, high, x, up=False)


def _bound(xp: Any, exact: Any, change: float, x: Any) -> Any:
    """Return `exact + change` in the dtype of `x`, moved towards `x` where rounding took it further away.

    The rounding of the sum itself is known exactly (Knuth's two-sum), so this holds in float64 too.
    """
    total = exact + change
    part = total - exact
    lost = (exact - (total - part)) + (change - part)
    rounded = xp.astype(total, x.dtype)
    beyond = (xp.astype(rounded, xp.float64) - total) * (1 if change > 0 else -1)
    far = (beyond > 0) | ((beyond == 0) & ((lost < 0) if change > 0 else (lost > 0)))
    return xp.where(far, xp.nextafter(rounded, x), rounded)


def _edge(xp: Any, value: float, x: Any, *, up: bool) -> Any:
    """Return one end of the input range in the dtype of `x`, rounded up or down."""
    exact = xp.asarray(value, dtype=xp.float64, device=array_api_compat.device(x))
    rounded = xp.astype(exact, x.dtype)
    back = xp.astype(rounded, xp.float64)
    wrong = back < exact if up else back > exact
    ahead = xp.asarray(float("inf") if up else -float("inf"), dtype=x.dtype, device=array_api_compat.device(x))
    return xp.where(wrong, xp.nextafter(rounded, ahead), rounded)
