"""What counts prove: whether a promise is kept, whether it is broken, and bounds to draw.

One convention everywhere.  A promise `>= p at 95%` is *held* if the test of "the truth is at most p" rejects, and
*breached* if the test of "the truth is at least p" rejects; `<=` is the same seen from the other end.  Every test is
one-sided, so the two bounds at 95 % together enclose 90 %.  A unit of which something is unknown has its worst value
in the first test and its best one in the second.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from seatrial.proof import bounds, gap, process
from seatrial.proof.criterion import Criterion
from seatrial.proof.tally import Tally


def proved(criterion: Criterion, seen: Tally, alpha: Fraction) -> bool:
    """Return whether what was seen proves the promise at this doubt."""
    return _rejects(criterion, seen, alpha, good=True)


def refuted(criterion: Criterion, seen: Tally, alpha: Fraction) -> bool:
    """Return whether what was seen proves that the promise is broken, whatever the unknown units would have shown."""
    return _rejects(criterion, seen, alpha, good=False)


def interval(criterion: Criterion, seen: Tally, alpha: Fraction) -> tuple[float, float]:
    """Return the one-sided lower and upper bound at this doubt each, in what `compared` compares with; for display."""
    if seen.groups is not None:
        return gap.interval(seen.groups, alpha, rate=seen.total is None)
    if seen.n == 0:
        return (-1.0, 1.0) if criterion.baseline else (0.0, 1.0)
    if seen.spread is not None:
        low, high = process.values_lower(seen.spread, alpha), process.values_upper(seen.spread, alpha)
        return (2 * low - 1, 2 * high - 1) if criterion.baseline else (low, high)
    if seen.total is not None:
        most = float(seen.total) + seen.unknown
        return bounds.mean_lower(seen.n, float(seen.total), alpha), bounds.mean_upper(seen.n, most, alpha)
    under, over = (process.share_lower, process.share_upper) if seen.early else (bounds.lower, bounds.upper)
    return under(seen.n, seen.held, alpha), over(seen.n, seen.held + seen.unknown, alpha)


def compared(criterion: Criterion) -> tuple[Fraction, str]:
    """Return what the bounds are compared with; of a quantile, the share of cases that must meet its number."""
    if criterion.quantile is None:
        return criterion.limit, criterion.comparison
    return (criterion.quantile if criterion.comparison == "<=" else 1 - criterion.quantile), ">="


def needed(criterion: Criterion, alpha: Fraction, *, early: bool = False) -> int | None:
    """Return with how many cases a promise is proved at this doubt if all come out as well as can be; None if never."""
    limit, side = compared(criterion)
    if criterion.metric == "gap":
        return gap.groups_needed(limit, alpha) if side == "<=" else None
    if criterion.baseline:
        share = (limit + 1) / 2
        return process.values_needed(share if side == ">=" else 1 - share, alpha)
    share = limit if side == ">=" else 1 - limit
    if criterion.clustered or (early and criterion.metric == "mean"):
        return process.values_needed(share, alpha)
    return process.share_needed(share, alpha) if early else bounds.cases_needed(share, alpha)


def alike(criterion: Criterion, alpha: Fraction) -> int | None:
    """Return with how many cases a difference is proved if the two models never differ; None if never, or no such."""
    if not criterion.baseline:
        return None
    share = (criterion.limit + 1) / 2
    return process.values_needed(share if criterion.comparison == ">=" else 1 - share, alpha, value=0.5)


def _rejects(criterion: Criterion, seen: Tally, alpha: Fraction, *, good: bool) -> bool:
    limit, side = compared(criterion)
    rising = (side == ">=") == good
    if seen.groups is not None:
        return _gap(seen, limit, alpha, rising=rising)
    if seen.spread is not None:
        share = (limit + 1) / 2 if criterion.baseline else limit
        spread = seen.spread if rising else process.flipped(seen.spread)
        return process.values_rejected(spread, share if rising else 1 - share, alpha)
    held: int | Fraction = seen.held if seen.total is None else seen.total
    count = held if rising else seen.n - seen.unknown - held
    test: Callable[[int, Any, Fraction, Fraction], bool] = bounds.rejected
    if seen.total is not None:
        test = bounds.mean_rejected
    elif seen.early:
        test = process.share_rejected
    return test(seen.n, count, limit if rising else 1 - limit, alpha)


def _gap(seen: Tally, limit: Fraction, alpha: Fraction, *, rising: bool) -> bool:
    """Judge the largest difference; while cases are missing, nobody knows of which group, and nothing is claimed."""
    groups = seen.groups or {}
    if sum(size for size, _, _ in groups.values()) < seen.n:
        return False
    claim = gap.refuted if rising else gap.proved
    return claim(groups, limit, alpha, rate=seen.total is None)
