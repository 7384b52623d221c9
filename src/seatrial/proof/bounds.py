"""Exact binomial tests, Clopper-Pearson bounds for display, and the Chernoff-Hoeffding bound for means.

Verdicts use tests in rational arithmetic up to `EXACT` cases wherever floats are not sure, equal on every machine;
beyond, floats rounded outward by `SLACK`.  Bounds are for display and never compared.

Clopper and Pearson 1934; Hoeffding 1963, Theorem 1 (in its Kullback-Leibler form); the saddle-point form of the
binomial probability is Loader's (2000).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

EXACT = 20_000
"""Largest number of cases that is decided in rational arithmetic."""

SLACK = 1e-9
"""How far floats are rounded outward beyond that."""

NEAR = 1e-6
"""How near a float may come to the doubt, as a share of it, before rational arithmetic decides."""

TINY = 1e-290
"""A doubt below which floats lose digits, so that rational arithmetic decides."""


def tail_at_least(n: int, x: int, p: Fraction) -> Fraction:
    """Return P(X >= x) for X ~ Binomial(n, p), exactly.

    Args:
        n: Cases.
        x: Successes.
        p: Chance of a success, 0..1.
    """
    if x <= 0:
        return Fraction(1)
    if x > n or p <= 0:
        return Fraction(0)
    if p >= 1:
        return Fraction(1)
    if 2 * x < n:
        return 1 - tail_at_least(n, n - x + 1, 1 - p)
    good, bad = p.numerator, p.denominator - p.numerator
    over, under = _series(n, x, n, good, bad)
    first = math.comb(n, x) * good**x * bad ** (n - x)
    return Fraction(first * (over + under), p.denominator**n * under)


def _series(n: int, first: int, last: int, good: int, bad: int) -> tuple[int, int]:
    """Return sum and denominator of the products of term ratios after `first`, by binary splitting."""
    over, _, under = _split(n, first, last, good, bad) if first < last else (0, 0, 1)
    return over, under


def _split(n: int, first: int, last: int, good: int, bad: int) -> tuple[int, int, int]:
    if last - first == 1:
        ratio, under = (n - first) * good, (first + 1) * bad
        return ratio, ratio, under
    middle = (first + last) // 2
    sum_left, product_left, under_left = _split(n, first, middle, good, bad)
    sum_right, product_right, under_right = _split(n, middle, last, good, bad)
    return sum_left * under_right + product_left * sum_right, product_left * product_right, under_left * under_right


def tail(n: int, x: int, p: float) -> float:
    """Return P(X >= x) for X ~ Binomial(n, p) in floats (incomplete beta by continued fraction)."""
    if x <= 0:
        return 1.0
    if x > n or p <= 0:
        return 0.0
    if p >= 1:
        return 1.0
    failures = n - x + 1
    if p < (x + 1) / (n + 3):
        return _probability(n, x, p) * (1 - p) * _fraction(x, failures, p)
    return 1.0 - _probability(n, failures, 1 - p) * p * _fraction(failures, x, 1 - p)


def rejected(n: int, x: int, p: Fraction, alpha: Fraction) -> bool:
    """Return whether x or more successes are too many for a chance of p: P(X >= x) <= alpha.

    Exact up to `EXACT` cases; beyond, never yes by a rounding error.

    Examples:
        >>> rejected(100, 95, Fraction(9, 10), Fraction(1, 20)), rejected(100, 96, Fraction(9, 10), Fraction(1, 20))
        (False, True)
    """
    chance, allowed = tail(n, x, float(p)), float(alpha)
    if n > EXACT:
        return chance + SLACK <= allowed
    if allowed > TINY and abs(chance - allowed) > NEAR * allowed:  # floats are right to ten digits
        return chance <= allowed
    return tail_at_least(n, x, p) <= alpha


def lower(n: int, x: int, alpha: Fraction | float) -> float:
    """Return the one-sided lower Clopper-Pearson bound of a share, for display.

    Examples:
        >>> round(lower(100, 95, 0.05), 4)
        0.8977
    """
    if x <= 0:
        return 0.0
    return root(lambda p: tail(n, x, p) > float(alpha), 0.0, x / n)


def upper(n: int, x: int, alpha: Fraction | float) -> float:
    """Return the one-sided upper Clopper-Pearson bound of a share, for display.

    Examples:
        >>> round(upper(100, 95, 0.05), 4)
        0.9801
    """
    return 1.0 - lower(n, n - x, alpha)


def cases_needed(limit: Fraction, alpha: Fraction) -> int | None:
    """Return with how many cases, all held, a share of `limit` is proved; None if no number suffices.

    It is the least n with limit^n <= alpha, exact up to `EXACT`.

    Examples:
        >>> cases_needed(Fraction(99, 100), Fraction(5, 100))
        299
    """
    if limit >= 1:
        return None
    if limit <= 0:
        return 1
    n = max(1, math.ceil(math.log(alpha) / math.log(limit)))
    if n > EXACT:
        return math.ceil(n * (1 + SLACK))
    while n > 1 and limit ** (n - 1) <= alpha:
        n -= 1
    while limit**n > alpha:
        n += 1
    return n


def alpha_at(alpha: Fraction, attempt: int) -> Fraction:
    """Return what an attempt may spend of the doubt: alpha / (k (k + 1)), which adds up to alpha over all attempts.

    Examples:
        >>> [str(alpha_at(Fraction(1, 20), attempt)) for attempt in (1, 2, 3)]
        ['1/40', '1/120', '1/240']
    """
    return alpha / (attempt * (attempt + 1))


def mean_rejected(n: int, total: Fraction, mean: Fraction, alpha: Fraction) -> bool:
    """Return whether a total of n values in 0..1 is too large for a true mean: exp(-n KL(total/n, mean)) <= alpha.

    In floats, rounded so that it is never yes by a rounding error.
    """
    if n == 0 or total <= n * mean:
        return False
    return n * _divergence(float(total / n), float(mean)) * (1 - SLACK) - SLACK >= -math.log(alpha)


def mean_lower(n: int, total: float, alpha: Fraction | float) -> float:
    """Return the one-sided lower Chernoff-Hoeffding bound of the mean of n values in 0..1, for display."""
    if total <= 0:
        return 0.0
    seen = min(1.0, total / n)
    return root(lambda mean: n * _divergence(seen, mean) < -math.log(alpha), 0.0, seen)


def mean_upper(n: int, total: float, alpha: Fraction | float) -> float:
    """Return the one-sided upper Chernoff-Hoeffding bound of the mean of n values in 0..1, for display."""
    return 1.0 - mean_lower(n, n - total, alpha)


def _divergence(seen: float, mean: float) -> float:
    """Return the Kullback-Leibler divergence of two coins, in nats."""
    parts = ((seen, mean), (1 - seen, 1 - mean))
    return sum(math.inf if b <= 0 else a * math.log(a / b) for a, b in parts if a > 0)


def root(above: Callable[[float], bool], low: float, high: float, *, steps: int = 80) -> float:
    """Return where a condition that is false below and true above begins to be true, halving the way so often."""
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (low, middle) if above(middle) else (middle, high)
    return low


def order_ranks(n: int, quantile: Fraction, alpha: Fraction) -> tuple[int, int]:
    """Return between which of n sorted values, counted from 1, a quantile lies: one-sided bounds at alpha each.

    Rank 0 is no lower bound, rank n + 1 no upper one.  Distribution-free (Hahn and Meeker 1991, 5.2).

    Examples:
        >>> order_ranks(100, Fraction(1, 2), Fraction(1, 20)), order_ranks(100, Fraction(99, 100), Fraction(1, 20))
        ((42, 59), (97, 101))
    """
    high = _rank(n, lambda rank: rejected(n, rank, quantile, alpha))
    low = n + 1 - _rank(n, lambda rank: rejected(n, rank, 1 - quantile, alpha))
    return low, high


def _rank(n: int, enough: Callable[[int], bool]) -> int:
    """Return the least rank that is enough; n + 1 if none is."""
    low, high = 0, n + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _probability(n: int, x: int, p: float) -> float:
    """Return P(X = x), 0 < p < 1, without losing digits to huge logarithms."""
    if x in (0, n):
        return math.exp(log_probability(n, x, p))
    return math.exp(_exponent(n, x, p)) * math.sqrt(n / (2 * math.pi * x * (n - x)))


def log_probability(n: int, x: int, p: float) -> float:
    """Return log P(X = x), 0 < p < 1 (Loader's form)."""
    if x in (0, n):
        return n * (math.log1p(-p) if x == 0 else math.log(p))
    return _exponent(n, x, p) + math.log(n / (2 * math.pi * x * (n - x))) / 2


def _exponent(n: int, x: int, p: float) -> float:
    return _stirling(n) - _stirling(x) - _stirling(n - x) - _deviance(x, n * p) - _deviance(n - x, n * (1 - p))


def _stirling(n: int) -> float:
    """Return log n! minus Stirling's formula."""
    if n < 16:
        return math.lgamma(n + 1) - (n + 0.5) * math.log(n) + n - 0.5 * math.log(2 * math.pi)
    square = n * n
    return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / n


def _deviance(x: float, mean: float) -> float:
    """Return x log(x / mean) + mean - x, also where x and the mean are close."""
    gap = x - mean
    if abs(gap) >= 0.1 * (x + mean):
        return x * math.log(x / mean) - gap
    ratio = gap / (x + mean)
    total, term = gap * ratio, 2 * x * ratio
    for k in range(1, 1000):
        term *= ratio * ratio
        if total + term / (2 * k + 1) == total:
            break
        total += term / (2 * k + 1)
    return total


def _fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function by Lentz's method (a beta prefactor aside)."""
    tiny = 1e-300
    c, d = 1.0, 1.0 / _away(1 - (a + b) * x / (a + 1), tiny)
    total = d
    for m in range(1, 1_000_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1.0 / _away(1 + step * d, tiny)
            c = _away(1 + step / c, tiny)
            total *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return total


def _away(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny
