"""Evidence that may be looked at at any time: e-processes for shares, and for values in 0..1.

An e-process begins at 1; while its null hypothesis is true, the chance that it ever reaches 1 / alpha is at most alpha
(Ville 1939).  So a trial may stop as soon as it does, and go on as long as it does not.  There is one for each
direction; both are functions of what was seen and not of its order.

Shares: the likelihood ratio, mixed evenly over all shares beyond the limit (a beta-binomial, truncated), decided in
rational arithmetic wherever floats are not sure.  Values: capital that was bet on the mean, mixed over fixed bets
(Waudby-Smith and Ramdas 2024, https://doi.org/10.1093/jrsssb/qkad009), in floats that are added, multiplied and
divided only, which every machine does alike, and rounded outward.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from seatrial.proof.bounds import EXACT, SLACK, log_probability, root, tail, tail_at_least

NEAR = 1e-6
"""How near a float may come to the threshold, in nats, before rational arithmetic decides."""

BETS = tuple(n / 64 for n in (62, 56, 48, 40, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1))
"""Bets as shares of the largest one that cannot ruin, 1 / mean; each gets an equal part of the capital."""

MOST = 500
"""Different values that a bound is drawn from; more are rounded outward."""

Spread = Mapping[tuple[float, float], int]
"""Lowest and highest value that a unit can have, 0..1 -> number of such units."""


def share_rejected(n: int, x: int, p: Fraction, alpha: Fraction) -> bool:
    """Return whether x successes of n, looked at at any time, are too many for a chance of p.

    Exact up to `EXACT` cases; beyond, never yes by a rounding error.

    Args:
        n: Units so far.
        x: Successes among them.
        p: Largest chance of a success under the hypothesis, 0..1.
        alpha: Doubt that is allowed over all looks together.

    Examples:
        >>> [share_rejected(n, n, Fraction(9, 10), Fraction(1, 20)) for n in (28, 42, 43)]
        [False, False, True]
    """
    if n == 0 or x <= n * p or p >= 1:
        return False
    if p <= 0:
        return True
    over = _log_mixture(n, x, float(p)) + math.log(alpha)
    if abs(over) > NEAR or n > EXACT:
        return over > NEAR
    return mixture(n, x, p) * alpha >= 1


def mixture(n: int, x: int, p: Fraction) -> Fraction:
    """Return the e-process of a share exactly, 0 < p < 1: the mean of the likelihood ratio over all shares above p."""
    below = 1 - tail_at_least(n + 1, x + 1, p)
    return below / ((n + 1) * math.comb(n, x) * p**x * (1 - p) ** (n - x + 1))


def share_lower(n: int, x: int, alpha: Fraction | float) -> float:
    """Return the lower bound of a share that holds at every look, for display."""
    if x <= 0:
        return 0.0
    wanted = -math.log(alpha)
    return root(lambda p: p > 0 and _log_mixture(n, x, p) < wanted, 0.0, x / n)


def share_upper(n: int, x: int, alpha: Fraction | float) -> float:
    """Return the upper bound of a share that holds at every look, for display."""
    return 1.0 - share_lower(n, n - x, alpha)


def share_needed(limit: Fraction, alpha: Fraction) -> int | None:
    """Return after how many units, all of them successes, a share of `limit` is proved; None if after none."""
    if limit >= 1:
        return None
    return _least(lambda n: share_rejected(n, n, limit, alpha))


def values_rejected(spread: Spread, mean: Fraction, alpha: Fraction) -> bool:
    """Return whether values in 0..1, looked at at any time, are too large for a true mean.

    The lowest value that each unit can have is what counts, so what is unknown never helps.

    Args:
        spread: The values seen.
        mean: Largest mean under the hypothesis; at 0 or below it is rejected by any value, from 1 on by none.
        alpha: Doubt that is allowed over all looks together.

    Examples:
        >>> even = {(0.5, 0.5): 400}
        >>> [values_rejected(even, Fraction(limit, 100), Fraction(1, 40)) for limit in (49, 50)]
        [True, False]
    """
    if mean >= 1 or not spread:
        return False
    if mean <= 0:
        return mean < 0 or any(low > 0 for low, _ in spread)
    above = float(mean) if Fraction(float(mean)) >= mean else math.nextafter(float(mean), 1.0)
    capital = wealth(spread, above)
    return capital * alpha >= 1 + Fraction(SLACK)


def wealth(spread: Spread, mean: float) -> Fraction:
    """Return the capital after betting on every value, 0 < mean < 1: at first 1, and fair if the mean is true."""
    total = Fraction(0)
    for bet in BETS:
        fraction, exponent = 1.0, 0
        for (low, _), count in sorted(spread.items()):
            part, shift = _power((1.0 - bet) + bet * (low / mean), count)
            fraction, more = math.frexp(fraction * part)
            exponent += shift + more
        total += Fraction(fraction) * (Fraction(2) ** exponent)
    return total / len(BETS)


def values_lower(spread: Spread, alpha: Fraction | float) -> float:
    """Return the lower bound of a mean that holds at every look, for display, to one part in 100,000."""
    count = sum(spread.values())
    if len(spread) > MOST:
        spread = coarse(spread, MOST)
    if not count:
        return 0.0
    seen, wanted = sum(low * times for (low, _), times in spread.items()) / count, 1 / Fraction(alpha)
    return root(lambda mean: mean > 0 and wealth(spread, mean) < wanted, 0.0, min(seen, 1 - 1e-9), steps=17)


def values_upper(spread: Spread, alpha: Fraction | float) -> float:
    """Return the upper bound of a mean that holds at every look, for display."""
    return 1.0 - values_lower(flipped(spread), alpha)


def values_needed(mean: Fraction, alpha: Fraction, *, value: float = 1.0) -> int | None:
    """Return after how many units, each of this value, a mean is proved; None if after none."""
    if mean >= 1 or value <= mean:
        return None
    return _least(lambda n: values_rejected({(value, value): n}, mean, alpha))


def flipped(spread: Spread) -> dict[tuple[float, float], int]:
    """Return values seen from the other end: 1 - each."""
    return {(1.0 - high, 1.0 - low): count for (low, high), count in spread.items()}


def coarse(spread: Spread, steps: int) -> dict[tuple[float, float], int]:
    """Return values rounded outward to so many steps from 0 to 1: fewer different ones, and none better than it is."""
    made: dict[tuple[float, float], int] = {}
    for (low, high), count in spread.items():
        key = math.floor(low * steps) / steps, math.ceil(high * steps) / steps
        made[key] = made.get(key, 0) + count
    return made


def _log_mixture(n: int, x: int, p: float) -> float:
    """Return the logarithm of `mixture`, for x / n above p, where nothing underflows."""
    below = 1.0 - tail(n + 1, x + 1, p)
    if below <= 0.0:
        return -math.inf
    return math.log(below) - math.log((n + 1) * (1 - p)) - log_probability(n, x, p)


def _power(factor: float, count: int) -> tuple[float, int]:
    """Return factor^count as (fraction, exponent of two), by squaring: multiplications only."""
    base, shift = math.frexp(factor)
    fraction, exponent = 1.0, 0
    while count:
        if count & 1:
            fraction, more = math.frexp(fraction * base)
            exponent += shift + more
        base, more = math.frexp(base * base)
        shift = 2 * shift + more
        count >>= 1
    return fraction, exponent


def _least(enough: object) -> int | None:
    """Return the least number from 1 on that is enough, for a condition that stays true; None beyond 2^40."""
    assert callable(enough)
    high = 1
    while not enough(high):
        high *= 2
        if high > 1 << 40:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
