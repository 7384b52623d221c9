"""Steps, starts and projections in the four balls.  Every function keeps a point inside ball and box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat

from seatrial.adversaries.lengths import flat, largest
from seatrial.adversaries.limits import limits
from seatrial.adversaries.slopes import each, finite
from seatrial.errors import Problem, TrialError
from seatrial.records.random import Random
from seatrial.records.threat import NORMS as NORMS  # noqa: PLC0414 - here is where an attack looks for them
from seatrial.records.threat import Ball

SHRUNK = 1 - 2.0**-18
"""Share of an L1 or L2 radius that is used: room for the rounding of sums over a case."""
HALVINGS = 30
"""Steps of the bisection for the L1 projection."""
CUTS = 16
"""Steps of the bisection for the largest part of a slope."""
STRIDE = 100
"""How many times further than its radius an L0 step goes, over all numbers."""
TINY = 1e-30


@dataclass(frozen=True)
class Room:
    """Where the points of some cases may go."""

    ball: Ball
    x: Any
    """The untouched inputs `(n, ...)`."""
    low: Any
    high: Any

    @classmethod
    def around(cls, ball: Ball, x: Any) -> Room:
        """Return the room of a threat around inputs.

        Raises:
            TrialError: If the norm is unknown.
        """
        if ball.norm not in NORMS:
            raise TrialError(Problem("threat.norm", f"no norm {ball.norm!r}", f"one of {', '.join(NORMS)}"))
        return cls(ball, x, *limits(ball, x))

    def at(self, rows: Any) -> Room:
        """Return the room of these cases."""
        return Room(self.ball, self.x[rows], self.low[rows], self.high[rows])

    def inside(self, point: Any) -> Any:
        """Return the nearest points inside ball and box (L2: projected on the ball, then on the box)."""
        xp = array_api_compat.array_namespace(point)
        if self.ball.norm == "l0":
            return _fewest(xp, self, boxed(xp, point, self.low, self.high))
        if self.ball.norm == "l2":
            change = point - self.x
            length = sized(xp, change)
            room = self.ball.eps * SHRUNK
            point = _added(xp, self.x, change * (room / xp.maximum(length, xp.full_like(length, max(room, TINY)))))
        elif self.ball.norm == "l1":
            return _pressed(xp, self, point)
        return boxed(xp, point, self.low, self.high)

    def uphill(self, point: Any, gradient: Any, share: Any) -> Any:
        """Return the points one steepest step further, inside; the step is `share` times eps long.

        `share` is a number, or one per case, shaped to multiply with `point`.

        Linf moves every number by the whole step (a zero gradient counts as positive), L2 along the gradient, and
        L1 along the hundredth part of the numbers with the largest gradient that can still move.  L0 goes along the
        gradient, a hundred times as far as `share` times eps numbers need to cross the input range, because all numbers
        share that way, and keeps the largest changes (Croce and Hein, arXiv:1909.05040).
        """
        xp = array_api_compat.array_namespace(point)
        size = share * self.ball.eps
        if self.ball.norm == "linf":
            step = xp.copysign(xp.asarray(size, dtype=point.dtype, device=array_api_compat.device(point)), gradient)
            return boxed(xp, point + step, self.low, self.high)
        slope = finite(gradient)
        if self.ball.norm == "l0":
            far = size * STRIDE * (self.ball.high - self.ball.low)
            return self.inside(point + slope * (far / (_total(xp, slope) + TINY)))
        if self.ball.norm == "l1":
            slope = _largest(xp, self, point, slope)
            return self.inside(point + slope * (size / (_total(xp, slope) + TINY)))
        return self.inside(point + slope * (size / (sized(xp, slope) + TINY)))

    def sparse(self, point: Any, gradient: Any, part: Any, share: Any) -> Any:
        """Return the points one step further, inside: `share` times eps, spread evenly over the largest slopes.

        Args:
            point: Where they are.
            gradient: Uphill.
            part: Share of the numbers of a case that move, at least one; shaped to multiply with `point`.
            share: Length of the step in radii, shaped alike.
        """
        xp = array_api_compat.array_namespace(point)
        size = xp.abs(finite(gradient))
        chosen = _top(xp, size, part)
        count = xp.sum(xp.astype(chosen, point.dtype), axis=tuple(range(1, point.ndim)), keepdims=True)
        step = xp.copysign(xp.where(chosen, share * self.ball.eps / (count + TINY), xp.zeros_like(size)), gradient)
        return self.inside(point + step)

    def start(self, random: Random, purpose: str) -> Any:
        """Return a random point inside: uniform in the box for Linf and L0, else a random direction and length."""
        xp = array_api_compat.array_namespace(self.x)
        shape = tuple(self.x.shape[1:])
        if self.ball.norm == "linf":
            drawn = random.uniform(purpose, shape, self.x)
            return boxed(xp, self.x + (drawn * 2 - 1) * self.ball.eps, self.low, self.high)
        if self.ball.norm == "l0":
            return self.inside(self.low + random.uniform(purpose, shape, self.x) * (self.high - self.low))
        change = random.normal(purpose, shape, self.x)
        length = sized(xp, change) if self.ball.norm == "l2" else _total(xp, change)
        share = random.uniform(f"{purpose}/length", (1,) * len(shape), self.x)
        return self.inside(self.x + change * (share * self.ball.eps / (length + TINY)))


def boxed(xp: Any, point: Any, low: Any, high: Any) -> Any:
    """Return the points inside a box (`xp.clip` with arrays is many times slower)."""
    return xp.minimum(xp.maximum(point, low), high)


def _fewest(xp: Any, room: Room, point: Any) -> Any:
    """Return the points with all numbers back but those that changed most, as many as the radius allows."""
    change = flat(point - room.x)
    count = xp.full_like(change[:, 0], room.ball.eps // 1)
    kept = xp.reshape(largest(change, xp.abs(change), count) != 0, point.shape)
    return xp.where(kept, point, room.x)


def sized(xp: Any, change: Any) -> Any:
    """Return the L2 length per case, shaped to multiply with `change`; safe for huge and tiny numbers."""
    axes = tuple(range(1, change.ndim))
    top = xp.max(xp.abs(change), axis=axes, keepdims=True) + TINY
    return top * xp.sqrt(xp.sum((change / top) ** 2, axis=axes, keepdims=True))


def _added(xp: Any, x: Any, change: Any) -> Any:
    """Return `x + change`, rounded towards `x`, so that no number moves further than `change` says."""
    point = x + change
    far = xp.abs(point - x) > xp.abs(change)
    return xp.where(far, xp.nextafter(point, x), point)


def _total(xp: Any, change: Any) -> Any:
    return xp.sum(xp.abs(change), axis=tuple(range(1, change.ndim)), keepdims=True)


def _largest(xp: Any, room: Room, point: Any, gradient: Any) -> Any:
    """Return the gradient where it is among the largest hundredth of a case and can move, 0 elsewhere."""
    stuck = ((gradient > 0) & (point >= room.high)) | ((gradient < 0) & (point <= room.low))
    free = xp.where(stuck, xp.zeros_like(gradient), gradient)
    size = xp.sort(flat(xp.abs(free)), axis=1)
    least = each(size[:, -max(1, size.shape[1] // 100)], free)
    return xp.where(xp.abs(free) >= least, free, xp.zeros_like(free))


def _top(xp: Any, size: Any, part: Any) -> Any:
    """Return which numbers are among that part of a case with the largest sizes above 0 (at least the largest).

    The least of them is found by bisection, which is many times cheaper than sorting; equal numbers go together.
    """
    axes = tuple(range(1, size.ndim))
    most = xp.max(size, axis=axes, keepdims=True)
    low, high = xp.zeros_like(most), most
    for _ in range(CUTS):
        middle = (low + high) * 0.5
        many = xp.mean(xp.astype(size >= middle, size.dtype), axis=axes, keepdims=True) > part
        low, high = xp.where(many, middle, low), xp.where(many, high, middle)
    return (size >= high) & (size > 0)


def _pressed(xp: Any, room: Room, point: Any) -> Any:
    """Return the Euclidean projection on the meeting of L1 ball and box: soft threshold, found by bisection.

    The exact meeting matters: projecting on the ball and then on the box throws budget away
    (Croce and Hein, "Mind the box", arXiv:2103.01208).
    """
    change = boxed(xp, point, room.low, room.high) - room.x
    wish, radius = point - room.x, room.ball.eps * SHRUNK
    most = xp.abs(change)
    far = xp.reshape(_total(xp, change), (-1,)) > radius
    if not bool(xp.any(far)):
        return boxed(xp, _added(xp, room.x, change), room.low, room.high)
    size = xp.abs(wish)
    axes = tuple(range(1, size.ndim))
    low = xp.zeros_like(_total(xp, change))
    high = xp.max(size, axis=axes, keepdims=True)
    none = xp.zeros_like(size)
    for _ in range(HALVINGS):
        middle = (low + high) * 0.5
        over = _total(xp, xp.minimum(xp.maximum(size - middle, none), most)) > radius
        low, high = xp.where(over, middle, low), xp.where(over, high, middle)
    kept = xp.copysign(xp.minimum(xp.maximum(size - high, none), most), wish)
    near = each(far, size)
    return boxed(xp, _added(xp, room.x, xp.where(near, kept, change)), room.low, room.high)
