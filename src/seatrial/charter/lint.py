"""Promises that can never be kept with the cases at hand, and what they would need."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from seatrial.charter.charter import Charter, Clause
from seatrial.errors import Problem
from seatrial.proof import claims, criterion
from seatrial.proof.bounds import alpha_at, cases_needed
from seatrial.proof.criterion import Criterion
from seatrial.proof.tally import kind

PLACES = 4
"""Decimal places of what is said to be provable."""


def lint(charter: Charter, cases_per_clause: Mapping[str, int] | int, *, attempt: int = 1) -> list[Problem]:
    """Return the criteria that cannot be met even if every case holds; empty if all can be.

    Args:
        charter: What was promised.
        cases_per_clause: Clause -> how many cases it will be tried on (a clause that is not there is not looked at),
            or one number for all.
        attempt: The attempt for which that is asked, from 1: each later one needs more.
    """
    names = [clause.name for clause in charter.clauses]
    cases = dict.fromkeys(names, cases_per_clause) if isinstance(cases_per_clause, int) else cases_per_clause
    found = []
    for clause in charter.clauses:
        if clause.name in cases:
            found += _short(clause, cases[clause.name], attempt, early=bool(charter.stop))
    return [*found, *_unpaid(charter, cases)]


def _unpaid(charter: Charter, cases: Mapping[str, int]) -> list[Problem]:
    """Return that a budget does not even pay for one answer to each case; a trial that may stop early may need less."""
    if charter.money is None or charter.prices is None or charter.stop:
        return []
    least = charter.prices.cost(sum(cases.values()), 0.0)
    if least.amount <= charter.money.amount:
        return []
    what = f"{charter.money} cannot pay for this trial: one answer to each case costs {least} already"
    return [Problem("budget.money", what, "raise it, or try fewer cases with cases.per_attempt")]


def needed(wanted: Criterion, attempt: int, *, early: bool = False) -> int | None:
    """Return the least number of cases, all held, that meets a criterion at an attempt; None if none does."""
    return claims.needed(wanted, alpha_at(wanted.alpha, attempt), early=early)


def last_attempt(wanted: Criterion, cases: int, *, early: bool = False) -> int:
    """Return the last attempt at which a criterion can be met with so many cases; 0 if there is none."""

    def out(attempt: int) -> bool:
        return _above(needed(wanted, attempt, early=early), cases)

    if out(1):
        return 0
    low, high = 1, 2
    while not out(high) and high < 1 << 20:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if out(middle) else (middle, high)
    return low


def provable(alpha: Fraction, cases: int, *, attempt: int = 1) -> str:
    """Return the largest rate that so many cases, all held, can prove, as decimal text rounded down."""
    spent = alpha_at(alpha, attempt)
    unit = 10**PLACES
    rate = math.floor(float(spent) ** (1 / max(cases, 1)) * unit) + 1
    while rate > 0 and _above(cases_needed(Fraction(rate, unit), spent), cases):
        rate -= 1
    return f"{rate / unit:.{PLACES}f}".rstrip("0").rstrip(".")


def _above(number: int | None, cases: int) -> bool:
    return number is None or number > cases


def _short(clause: Clause, cases: int, attempt: int, *, early: bool) -> list[Problem]:
    wanted = criterion.parse(clause.require)
    number = needed(wanted, attempt, early=early)
    if not _above(number, cases):
        return []
    last = last_attempt(wanted, cases, early=early)
    since = f"from attempt {last + 1} on" if last else "at any attempt"
    if number is None:
        what, more = "can never be proved", ""
    else:
        what = f"needs {number} cases at attempt {attempt}, all held; there are {cases}"
        more = f"raise cases.per_attempt to {number} or more, or "
    can = _reachable(wanted, cases, attempt, early=early)
    place = f"clauses.{clause.name}.require"
    return [Problem(place, f"`{wanted}` {what}: out of reach {since}", f"{more}{can}")]


def _reachable(wanted: Criterion, cases: int, attempt: int, *, early: bool) -> str:
    """Return in words what so many cases can prove."""
    plain = kind(wanted, early=early) in ("rate", "mean") and not early
    share = plain and wanted.quantile is None and wanted.comparison == ">="
    rate = provable(wanted.alpha, cases, attempt=attempt)
    if cases < 1 or not share or rate == "0":
        return "lower the confidence, or ask for less"
    return f"ask for less: {cases} cases can prove `{wanted.expression} >= {rate} at {wanted.percent}%`"
