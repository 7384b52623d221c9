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
    """Return the classes of a clause; one or two that are lowest by more than chance may do are marked.

    Args:
        clause: Its `groups` are counted already.
        confidence: The charter's, in percent: each end of an interval is a one-sided bound at it.
    """
    alpha = Fraction(str(round(100 - confidence, 9))) / 100 or Fraction(1, 1000)
    counts = {name: pair for name, pair in clause.groups.items() if pair[0]}
    rates = [held / cases for cases, held in counts.values()]
    lowest = min(rates, default=1.0)
    told = rates.count(lowest) <= _FEW
    whole = clause.held / clause.n if clause.n else 0.0
    return tuple(
        _group(name, pair, alpha, below=whole if told and pair[1] / pair[0] == lowest else 0.0)
        for name, pair in counts.items()
    )


def _group(name: str, counts: tuple[int, int], alpha: Fraction, *, below: float) -> Group:
    """Return a class; it is the worst one if its whole interval lies below this share."""
    cases, held = counts
    low, high = bounds.lower(cases, held, alpha), bounds.upper(cases, held, alpha)
    measured, floor, ceiling = shares(held, cases, low, high)
    drawn = {"at": percent(held / cases), "start": percent(low), "width": percent(high - low)}
    return Group(name, cases, held, measured, f"{floor} to {ceiling}", **drawn, worst=high < below)
