"""The climb of Auto-PGD: a step that shrinks when it no longer pays, and a return to the highest point seen.

Croce and Hein, arXiv:2003.01690 (Linf, L2) and arXiv:2103.01208 (L1).  All that a case decides it decides alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import array_api_compat

from seatrial.adversaries.chase import Chase
from seatrial.adversaries.norms import Room
from seatrial.adversaries.slopes import each

FIRST = 2.0
"""Length of the first step, in radii."""
MOMENTUM = 0.75
"""Share of a move that is the new step; the rest goes on as before."""
PAYS = 0.75
"""Share of steps that must lead up, or the step is halved."""
SHARE = 0.2
"""In L1: share of the numbers that the first steps move."""
SPARSER, FEWER = 1.5, 0.95
"""In L1: so many times fewer numbers move than the best point has changed; a point with less than this share of the
numbers that the last one had changed begins again with a long step."""
SHORTER, SHORTEST = 1.5, 0.1
"""In L1: by what a step is shortened, and its least length in radii."""


def ascend(chase: Chase, name: str, steps: int, start: Any, *, first: float = FIRST) -> None:
    """Climb a loss until nobody stands or the steps are used up.

    Args:
        chase: Who is attacked; the fallen leave it.
        name: The loss, a key of `losses.LOSSES`.
        steps: Gradient passes per case; one forward pass more checks the last point.
        start: One point per standing case, inside ball and box.
        first: Length of the first steps in radii (Linf and L2): shorter to search near a good point.
    """
    sparse = chase.room.ball.norm == "l1"
    checks = _often(steps) if sparse else _looks(steps)
    point = start
    climb: _Sparse | _Dense | None = None
    for at in range(steps):
        if chase.over():
            return
        height, slope, point, *state = chase.climb(point, name, *(climb.columns() if climb else ()))
        if climb is None:
            climb = _Sparse.begun(point, slope, height) if sparse else _Dense.begun(point, slope, height, first)
        else:
            climb.take(state)
            climb.saw(point, slope, height)
        if at in checks:
            point, slope = climb.looked(chase.room, checks[at], point, slope)
        point = climb.step(chase.room, point, slope)
    if not chase.over():
        chase.ask(point)


def _looks(steps: int) -> dict[int, int]:
    """Return the steps at which a case looks back, and how many it took since: 22 % of all, shrinking to 6 %."""
    first, least, less = (max(int(share * steps), 1) for share in (0.22, 0.06, 0.03))
    at, length, found = 0, first, {}
    while (at := at + length) < steps:
        found[at] = length
        length = max(length - less, least)
    return found


def _often(steps: int) -> dict[int, int]:
    """Return the steps at which a case looks back in L1: every 4 %."""
    length = max(int(0.04 * steps), 1)
    return dict.fromkeys(range(length, steps, length), length)


class _Columns:
    """What every case remembers of its climb: fields are columns, cut when cases leave."""

    def columns(self) -> tuple[Any, ...]:
        """Return what is known of each case."""
        return tuple(getattr(self, one.name) for one in fields(self))  # type: ignore[arg-type]

    def take(self, columns: list[Any]) -> None:
        """Take back what is known of the cases that stand."""
        for one, column in zip(fields(self), columns, strict=True):  # type: ignore[arg-type]
            setattr(self, one.name, column)


@dataclass
class _Dense(_Columns):
    """In Linf and L2: steps of one length for a case, halved when too few lead up, with momentum."""

    old: Any
    """Where it was before."""
    top: Any
    """The highest point."""
    lean: Any
    """The slope there."""
    high: Any
    """Its height."""
    last: Any
    """The height before."""
    seen: Any
    """The best height when it last looked back."""
    rises: Any
    """Steps up since then."""
    halved: Any
    """Whether it halved its step then."""
    size: Any
    """Length of a step in radii."""

    @classmethod
    def begun(cls, point: Any, slope: Any, height: Any, first: float) -> _Dense:
        """Return the climb after its first pass."""
        xp = array_api_compat.array_namespace(point)
        none = xp.zeros_like(height)
        size = each(none + first, point)
        return cls(point, point, slope, height, height, height, none, none == 0, size)

    def saw(self, point: Any, slope: Any, height: Any) -> None:
        """Remember a pass."""
        xp = array_api_compat.array_namespace(point)
        self.top, self.lean, self.high = _higher(xp, self, point, slope, height)
        self.rises = self.rises + xp.astype(height > self.last, height.dtype)
        self.last = height

    def looked(self, _: Room, length: int, point: Any, slope: Any) -> tuple[Any, Any]:
        """Halve the step where it does not pay, and go back to the highest point there."""
        xp = array_api_compat.array_namespace(point)
        stuck = ~(self.rises > length * PAYS) | (~self.halved & ~(self.high > self.seen))
        self.seen, self.halved, self.rises = self.high, stuck, xp.zeros_like(self.rises)
        wide = xp.reshape(stuck, self.size.shape)
        self.size = xp.where(wide, self.size * 0.5, self.size)
        return xp.where(wide, self.top, point), xp.where(wide, self.lean, slope)

    def step(self, room: Room, point: Any, slope: Any) -> Any:
        """Return the next point."""
        moved = room.uphill(point, slope, self.size)
        if self.old is not point:
            moved = moved * MOMENTUM
            moved += point * (2 - 2 * MOMENTUM)
            moved -= self.old * (1 - MOMENTUM)
            moved = room.inside(moved)
        self.old = point
        return moved


@dataclass
class _Sparse(_Columns):
    """In L1: steps along the largest part of the slope; how many numbers move follows from how many the best moved."""

    top: Any
    lean: Any
    high: Any
    moved: Any
    """Numbers that the best point had changed when it last looked back."""
    share: Any
    """Share of the numbers that a step moves."""
    size: Any

    @classmethod
    def begun(cls, point: Any, slope: Any, height: Any) -> _Sparse:
        """Return the climb after its first pass."""
        xp = array_api_compat.array_namespace(point)
        one = each(xp.ones_like(height), point)
        return cls(point, slope, height, one, one * SHARE, one)

    def saw(self, point: Any, slope: Any, height: Any) -> None:
        """Remember a pass."""
        self.top, self.lean, self.high = _higher(array_api_compat.array_namespace(point), self, point, slope, height)

    def looked(self, room: Room, _: int, point: Any, slope: Any) -> tuple[Any, Any]:
        """Go back to the highest point where it became sparser, with a long step; shorten the step elsewhere."""
        xp = array_api_compat.array_namespace(point)
        changed = xp.astype(self.top != room.x, point.dtype)
        moved = xp.mean(changed, axis=tuple(range(1, point.ndim)), keepdims=True)
        sparser = moved < self.moved * FEWER
        shorter = xp.maximum(self.size / SHORTER, xp.full_like(self.size, SHORTEST))
        self.size = xp.where(sparser, xp.ones_like(self.size), shorter)
        self.share, self.moved = moved / SPARSER, moved
        return xp.where(sparser, self.top, point), xp.where(sparser, self.lean, slope)

    def step(self, room: Room, point: Any, slope: Any) -> Any:
        """Return the next point."""
        return room.sparse(point, slope, self.share, self.size)


def _higher(xp: Any, climb: Any, point: Any, slope: Any, height: Any) -> tuple[Any, Any, Any]:
    """Return the highest point so far, the slope there and its height."""
    better = height > climb.high
    wide = each(better, point)
    top, lean = xp.where(wide, point, climb.top), xp.where(wide, slope, climb.lean)
    return top, lean, xp.where(better, height, climb.high)
