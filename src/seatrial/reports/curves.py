"""Accuracy against the size of a change as positions: points that were measured, and what may lie between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from seatrial.reports.charts import Tick, anchor, percent
from seatrial.reports.figures import shares
from seatrial.reports.reporter import Curve, Point

DRAWN = 3
"""Points from which a curve is drawn; fewer are told in a table alone."""
NEAR = 0.11
"""Share of the axis that a label needs."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One measured point: where it stands, and what it says."""

    size: str
    at: str
    y: str
    low: str
    """Lower end of its interval, counted from above."""
    high: str
    held: int
    cases: int
    share: str
    ends: str
    """The interval in words."""
    clause: str


@dataclass(frozen=True, slots=True)
class Box:
    """Where the share may lie between two sizes."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A curve ready to be drawn."""

    curve: Curve
    dots: tuple[Dot, ...]
    boxes: tuple[Box, ...]
    sizes: tuple[Tick, ...]
    limit: str
    """Where the share stands that the charter asks for, counted from above; empty if several clauses ask."""
    said: str
    """What is measured, and what lies between the points."""
    drawn: int = DRAWN


def drawn(curve: Curve, limit: float | None = None) -> Drawing:
    """Return the drawing of a curve.

    Args:
        curve: Two points at least, sizes growing.
        limit: Share that the charter asks for, if its clause is about one.
    """
    most = curve.points[-1].size
    return Drawing(
        curve=curve,
        dots=tuple(_dot(point, most) for point in curve.points),
        boxes=tuple(_box(one, other, most) for one, other in pairwise(curve.points)) if curve.nested else (),
        sizes=tuple(_ticks([point.size for point in curve.points])),
        limit="" if limit is None else percent(1 - limit),
        said=_said(curve),
    )


def _dot(point: Point, most: float) -> Dot:
    measured, low, high = shares(point.held, point.n, point.low, point.high)
    return Dot(
        size=f"{point.size:.4g}",
        at=percent(point.size / most),
        y=percent(1 - point.held / point.n),
        low=percent(1 - point.low),
        high=percent(1 - point.high),
        held=point.held,
        cases=point.n,
        share=measured,
        ends=f"{low} to {high}",
        clause=point.clause,
    )


def _box(one: Point, other: Point, most: float) -> Box:
    top, bottom = (1 - max(one.held / one.n, other.held / other.n)), 1 - min(one.held / one.n, other.held / other.n)
    left, right = one.size / most, other.size / most
    return Box(percent(left), percent(top), percent(right - left), percent(bottom - top))


def _ticks(sizes: Sequence[float]) -> list[Tick]:
    """Return the sizes that were measured as marks of the axis; where they crowd, only those with room have a label."""
    most, kept, last = sizes[-1], list[Tick](), 2.0
    for size in reversed(sizes):
        room = last - size / most >= NEAR
        last = size / most if room else last
        kept.append(Tick(percent(size / most), f"{size:.4g}" if room else "", anchor(0.5)))
    return kept[::-1]


def _said(curve: Curve) -> str:
    if curve.near and len(curve.clauses) == 1:
        return (
            "Read off one run of a search for the smallest change: a case counts at a size if the change that broke it "
            "is larger, or nothing broke it. A smaller change than the one found may exist, so the truth is no higher. "
            "The upright lines are intervals."
        )
    if len(curve.clauses) > 1:
        return (
            f"Each point is a clause of its own ({', '.join(curve.clauses)}); nothing was measured between them. "
            "The upright lines are the intervals."
        )
    if len(curve.points) < DRAWN:
        few = " With one size only, nobody sees where it begins to fail: name several in the charter."
        return "Two points; between them nothing was measured." + (few if curve.points[0].size == 0 else "")
    counted = "A case counts at a size if it held there and at every smaller one; the upright lines are intervals. "
    if not curve.nested:
        return counted + "Between the sizes nothing was measured."
    return counted + (
        "Between two sizes nothing was measured: a larger one allows all that a smaller one does, "
        "so what this adversary would leave standing lies in the shaded box."
    )
