"""Outcomes per class or group, with what chance allows each of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from seatrial.proof import bounds
from seatrial.reports.charts import percent
from seatrial.reports.figures import shares
from seatrial.reports.reporter import Judged

_FEW = 2


@dataclass(frozen=True, slots=True)
class Group:
    """One class or group of a clause."""

    name: str
    cases: int
    held: int
    rate: str
    ends: str
    """The interval in words."""
    at: str
    start: str
    width: str
    """Of the interval, drawn on 0 to 100 %."""
    worst: bool


def groups(clause: Judged, confidence: float) -> tuple[Group, ...]:
    """Return the classes of a clause; one or two with the lowest share are marked.

    Args:
        clause: Its `groups` are counted already.
        confidence: The charter's, in percent: each end of an interval is a one-sided bound at it.
    """
    alpha = Fraction(str(round(100 - confidence, 9))) / 100 or Fraction(1, 1000)
    rates = {name: held / cases for name, (cases, held) in clause.groups.items() if cases}
    lowest = min(rates.values(), default=1.0)
    spread = 0 < list(rates.values()).count(lowest) <= _FEW and max(rates.values()) > lowest
    return tuple(
        _group(name, cases, held, alpha, worst=spread and rates[name] == lowest)
        for name, (cases, held) in clause.groups.items()
        if cases
    )


def _group(name: str, cases: int, held: int, alpha: Fraction, *, worst: bool) -> Group:
    low, high = bounds.lower(cases, held, alpha), bounds.upper(cases, held, alpha)
    measured, floor, ceiling = shares(held, cases, low, high)
    ends = f"{floor} to {ceiling}"
    return Group(name, cases, held, measured, ends, percent(held / cases), percent(low), percent(high - low), worst)
