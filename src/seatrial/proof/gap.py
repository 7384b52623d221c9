"""The largest difference between groups, bounded over all pairs at once.

A gap of at most g is proved if some split of the scale lies below the lower bound of the worst group, and the upper
bound of the best one below that split plus g.  Where the gap is in truth larger, one of two bounds must have erred, so
each is taken at half the doubt, however many groups there are.  That the gap is larger is claimed of one pair among
all, so there the doubt is shared by both bounds of every group.  Bounds are tests, inverted on a grid of `GRID` and
rounded outward, so they come out alike on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from seatrial.proof import bounds

GRID = 10**6
"""Steps from 0 to 1 to which a group's bound is rounded outward."""

Group = tuple[int, Fraction, int]
"""Units, sum of their known values (0..1 each), and how many are unknown."""


def proved(groups: Mapping[bytes, Group], limit: Fraction, alpha: Fraction, *, rate: bool) -> bool:
    """Return whether the largest difference between two groups is shown to be at most `limit`.

    Args:
        groups: What was seen of each; with fewer than two there is no gap to speak of, and nothing is proved.
        limit: Largest difference that is allowed, 0..1.
        alpha: Doubt.
        rate: Whether values are 0 or 1, so that the bounds are exact.
    """
    if len(groups) < 2:
        return False
    ends = [span(group, alpha / 2, rate=rate) for group in groups.values()]
    return max(high for _, high in ends) - min(low for low, _ in ends) <= limit


def refuted(groups: Mapping[bytes, Group], limit: Fraction, alpha: Fraction, *, rate: bool) -> bool:
    """Return whether the difference between some two groups is shown to be more than `limit`; arguments as above."""
    if len(groups) < 2:
        return False
    ends = [span(group, alpha / (2 * len(groups)), rate=rate) for group in groups.values()]
    return max(low for low, _ in ends) - min(high for _, high in ends) > limit


def interval(groups: Mapping[bytes, Group], alpha: Fraction, *, rate: bool) -> tuple[float, float]:
    """Return one-sided bounds of the largest difference, for display."""
    if len(groups) < 2:
        return 0.0, 1.0
    near = [span(group, alpha / (2 * len(groups)), rate=rate) for group in groups.values()]
    far = [span(group, alpha / 2, rate=rate) for group in groups.values()]
    least = max(low for low, _ in near) - min(high for _, high in near)
    most = max(high for _, high in far) - min(low for low, _ in far)
    return float(max(least, Fraction(0))), float(min(most, Fraction(1)))


def span(group: Group, alpha: Fraction, *, rate: bool) -> tuple[Fraction, Fraction]:
    """Return the lower and the upper bound of one group at alpha each, on the grid, what is unknown at its worst."""
    n, total, unknown = group
    rejected: Callable[..., bool] = bounds.rejected if rate else bounds.mean_rejected
    seen = int(total) if rate else total
    rest = n - unknown - seen
    low = _last(lambda step: rejected(n, seen, Fraction(step, GRID), alpha))
    high = _last(lambda step: rejected(n, rest, Fraction(step, GRID), alpha))
    return Fraction(max(low, 0), GRID), 1 - Fraction(max(high, 0), GRID)


def groups_needed(limit: Fraction, alpha: Fraction) -> int | None:
    """Return how many cases, all held, two groups need together to prove a gap of at most `limit`."""
    each = bounds.cases_needed(1 - limit, alpha / 2)
    return None if each is None else 2 * each


def _last(holds: Callable[[int], bool]) -> int:
    """Return the last step of the grid, counted from 0, up to which a falling condition holds; -1 if it never does."""
    low, high = -1, GRID
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
