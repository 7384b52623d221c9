"""Charts as positions: where things stand on an axis, in percent of its width.

Positions are percentages and not pixels, so that a drawing grows and shrinks with the page while its
letters keep their size; they are texts of fixed length, so that equal numbers give equal bytes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from seatrial.reports.figures import Figures


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark of an axis."""

    at: str
    label: str
    anchor: str
    """`start`, `middle` or `end`: which way its label is aligned, so that none leaves the drawing."""


@dataclass(frozen=True, slots=True)
class Chart:
    """An interval, its bound and what was required, on one axis.  Positions are `12.34%`, empty if absent."""

    ticks: tuple[Tick, ...]
    start: str
    """Left end of the interval."""
    width: str
    stop: str
    point: str
    strict: str
    limit: Tick
    good: str
    """Left end of what the criterion asks for, and its width."""
    good_width: str


def chart(figures: Figures, *, whole: bool = False) -> Chart:
    """Return the drawing of a clause.

    Args:
        figures: Its numbers.
        whole: Draw a share on all of 0 to 100 %, so that clauses can be compared; otherwise as near as it allows.
    """
    optional = (figures.low, figures.high, figures.point, figures.strict)
    values = [figures.limit, *(value for value in optional if value is not None)]
    scale = (figures.least, 1.0, (1.0 - figures.least) / 4)
    low, high, step = scale if whole and figures.rate else _axis(values, rate=figures.rate)

    def at(value: float | None) -> str:
        return "" if value is None else percent((value - low) / (high - low))

    def tick(value: float, label: str) -> Tick:
        return Tick(at(value), label, anchor((value - low) / (high - low)))

    left = low if figures.low is None else figures.low
    right = high if figures.high is None else figures.high
    more = figures.side == ">="
    return Chart(
        ticks=tuple(
            tick(low + n * step, _label(low + n * step, step, figures)) for n in range(_steps(low, high, step))
        ),
        start=at(left),
        width=percent((right - left) / (high - low)),
        stop=at(right),
        point=at(figures.point),
        strict=at(figures.strict),
        limit=tick(figures.limit, figures.required),
        good=at(figures.limit if more else low),
        good_width=percent(((high - figures.limit) if more else (figures.limit - low)) / (high - low)),
    )


def share(part: int, whole: int) -> str:
    """Return the length of a bar: `41.20%`."""
    return percent(part / whole if whole else 0.0)


def percent(share_: float) -> str:
    """Return a share of 0 to 1 as a position: `41.20%`; what is outside stands at the end."""
    return f"{min(max(share_, 0.0), 1.0) * 100:.2f}%"


def anchor(share_: float) -> str:
    """Return which way a label at this share of an axis is aligned."""
    return "start" if share_ < 0.2 else "end" if share_ > 0.8 else "middle"


def _axis(values: list[float], *, rate: bool) -> tuple[float, float, float]:
    """Return the ends and the step of an axis that shows these values with at most five steps and some air."""
    low, high = min(values), max(values)
    air = max((high - low) * 0.15, 0.01 if rate else abs(high) * 0.05, 1e-9)
    low, high = low - air, high + air
    if rate and min(values) >= 0:
        low, high = max(low, 0.0), min(high, 1.0)
    step = 10.0 ** math.floor(math.log10((high - low) / 5))
    step = next(step * times for times in (1, 2, 2.5, 5, 10) if (high - low) / (step * times) <= 5)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step


def _steps(low: float, high: float, step: float) -> int:
    return round((high - low) / step) + 1


def _label(value: float, step: float, figures: Figures) -> str:
    value, step = (value * 100, step * 100) if figures.rate else (value, step)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    digits += int(abs(step * 10**digits - round(step * 10**digits)) > 1e-9)
    return f"{value:.{digits}f}{' %' if figures.rate else ''}"
