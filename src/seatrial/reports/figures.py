"""The numbers of one clause, in words that no rounding flatters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from seatrial.errors import CriterionError
from seatrial.proof.criterion import Criterion, parse
from seatrial.reports.reporter import Judged
from seatrial.reports.wording import sure


@dataclass(frozen=True, slots=True)
class Figures:
    """What a clause measured, as numbers to draw and words to print."""

    what: str
    """What the number is: `held`, `of cases have latency <= 0.5 s`, `mean(score)`."""
    rate: bool
    """Whether the numbers are shares of cases, drawn on 0 to 1 and printed in percent."""
    point: float | None
    """The measured share, if the counts tell it."""
    low: float | None
    high: float | None
    strict: float | None
    limit: float
    side: str
    digits: int

    def show(self, value: float, *, rounding: str = ROUND_HALF_EVEN) -> str:
        """Return a number as printed: `59.9 %`, `0.125`."""
        scaled = Decimal(repr(value)) * (100 if self.rate else 1)
        text = f"{scaled.quantize(Decimal(1).scaleb(-self.digits), rounding=rounding):f}"
        return f"{text} %" if self.rate else text

    @property
    def least(self) -> float:
        """The left end of the whole scale: -1 for a difference of shares, else 0."""
        return -1.0 if self.what.endswith("- baseline") else 0.0

    @property
    def required(self) -> str:
        """`at least 60 %`."""
        text = f"{Decimal(repr(self.limit)) * (100 if self.rate else 1):f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return f"{'at least' if self.side == '>=' else 'at most'} {text}{' %' if self.rate else ''}"

    @property
    def measured(self) -> str:
        """`41.2 %`; a share that is not all is never printed as all, nor one that is not none as none."""
        if self.point is None:
            return ""
        nearly = self.rate and 0 < self.point < 1 and self.show(self.point) in (self.show(0.0), self.show(1.0))
        return (
            self.show(self.point, rounding=ROUND_FLOOR if self.point > 0.5 else ROUND_CEILING)
            if nearly
            else (self.show(self.point))
        )

    def counted(self, held: int, cases: int) -> str:
        """Return the counts behind the share: `385 of 900 held`, `399 of 400 cases have latency <= 0.5 s`."""
        return f"{held:,} of {cases:,} {self.what.removeprefix('of ')}"

    @property
    def floor(self) -> str:
        """The lower bound, rounded down."""
        return "" if self.low is None else self.show(self.low, rounding=ROUND_FLOOR)

    @property
    def ceiling(self) -> str:
        """The upper bound, rounded up."""
        return "" if self.high is None else self.show(self.high, rounding=ROUND_CEILING)

    @property
    def bound(self) -> str:
        """The bound that the verdict compares, rounded away from the good side."""
        if self.strict is None:
            return ""
        return self.show(self.strict, rounding=ROUND_FLOOR if self.side == ">=" else ROUND_CEILING)


def figures(clause: Judged) -> Figures | None:
    """Return the numbers of a clause, or None if there is no number to believe: untried, or no data.

    A quantile is judged as a share: `p99(latency) <= 0.25 s` asks that at least 99 % of cases stay within 0.25 s.
    """
    if clause.verdict == "untried" or clause.n == 0:
        return None
    criterion = _parsed(clause.require)
    quantile = criterion.quantile if criterion else None
    what, limit, side = clause.require, clause.limit, clause.side
    if criterion is not None:
        what = "held" if criterion.expression == "held_rate" else criterion.expression
    if criterion is not None and quantile is not None:
        what = (
            f"of cases have {criterion.arguments[0]} {criterion.comparison} {criterion.number} {criterion.unit}".strip()
        )
        limit, side = float(quantile if criterion.comparison == "<=" else 1 - quantile), ">="
    rate = criterion is not None and (quantile is not None or "held_rate" in str(criterion))
    return Figures(
        what=what,
        rate=rate,
        point=clause.held / clause.n if what == "held" or quantile is not None else None,
        low=_finite(clause.low),
        high=_finite(clause.high),
        strict=_finite(clause.strict),
        limit=limit,
        side=side,
        digits=_digits(limit, rate=rate),
    )


def shares(held: int, cases: int, low: float, high: float) -> tuple[str, str, str]:
    """Return a share of cases and the ends of its interval in words: `41.2 %`, `38.5 %`, `44.1 %`.

    The ends are rounded outward, and a share that is not all is never printed as all, nor one that is not none as none.
    """
    point = held / cases if cases else 0.0
    words = Figures("held", rate=True, point=point, low=low, high=high, strict=None, limit=0.0, side=">=", digits=1)
    return words.measured, words.floor, words.ceiling


def interval(confidence: float) -> str:
    """Return the confidence of the two-sided interval whose ends are one-sided bounds: `90` for `95`."""
    return sure(2 * confidence - 100)


def _parsed(text: str) -> Criterion | None:
    try:
        return parse(text)
    except CriterionError:
        return None


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _digits(limit: float, *, rate: bool) -> int:
    exponent = (Decimal(repr(limit)) * (100 if rate else 1)).normalize().as_tuple().exponent
    return max(1 if rate else 3, -exponent) if isinstance(exponent, int) else 1
