"""Bounds against scipy, against their definition, and against simulated truth."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from seatrial.proof import bounds

HALF = Fraction(1, 2)
ALPHA = Fraction(1, 20)


def direct(n: int, x: int, p: Fraction) -> Fraction:
    return sum((math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(max(0, x), n + 1)), Fraction(0))


@given(st.integers(0, 40), st.integers(-2, 42), st.fractions(0, 1, max_denominator=1000))
def test_the_exact_tail_is_its_definition(n, x, p) -> None:
    assert bounds.tail_at_least(n, x, p) == direct(n, x, p)


@given(st.integers(1, 3000), st.data())
@settings(max_examples=60, deadline=None)
def test_tails_agree_with_scipy(n, data) -> None:
    x = data.draw(st.integers(0, n))
    p = data.draw(st.fractions(Fraction(1, 1000), Fraction(999, 1000), max_denominator=1000))
    oracle = stats.binom.sf(x - 1, n, float(p))
    assert float(bounds.tail_at_least(n, x, p)) == pytest.approx(oracle, rel=1e-9, abs=1e-13)
    assert bounds.tail(n, x, float(p)) == pytest.approx(oracle, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize(
    ("n", "x"), [(1, 0), (1, 1), (10, 3), (1000, 0), (1000, 532), (1000, 1000), (10**6, 600_000), (10**9, 10)]
)
@pytest.mark.parametrize("alpha", [ALPHA, Fraction(1, 40), Fraction(1, 1000), Fraction(9, 20)])
def test_clopper_pearson_agrees_with_scipy(n, x, alpha) -> None:
    low = stats.beta.ppf(float(alpha), x, n - x + 1) if x else 0.0
    high = stats.beta.ppf(1 - float(alpha), x + 1, n - x) if x < n else 1.0
    assert bounds.lower(n, x, alpha) == pytest.approx(low, abs=1e-9)
    assert bounds.upper(n, x, alpha) == pytest.approx(high, abs=1e-9)


@given(st.integers(1, 500), st.data())
@settings(max_examples=60, deadline=None)
def test_bound_and_test_say_the_same(n, data) -> None:
    x = data.draw(st.integers(0, n))
    limit = data.draw(st.fractions(Fraction(1, 100), Fraction(99, 100), max_denominator=100))
    low = bounds.lower(n, x, ALPHA)
    if abs(low - float(limit)) > 1e-9:
        assert bounds.rejected(n, x, limit, ALPHA) == (low > limit)


def test_the_test_is_decided_exactly_at_the_edge() -> None:
    assert bounds.rejected(10, 10, HALF, HALF**10)
    assert not bounds.rejected(10, 10, HALF, HALF**10 - Fraction(1, 10**40))


def test_beyond_the_exact_range_rounding_is_outward() -> None:
    n = bounds.EXACT + 1
    for x in range(12_050, 12_250, 40):
        exact = bounds.tail_at_least(n, x, Fraction(3, 5))
        assert bounds.tail(n, x, 0.6) == pytest.approx(float(exact), rel=1e-10)
        assert not bounds.rejected(n, x, Fraction(3, 5), exact)  # equal, and floats do not dare
        assert bounds.rejected(n, x, Fraction(3, 5), exact + Fraction(3, 10**9))


def test_hands_that_cannot_be_dealt() -> None:
    for n, x, p, expected in ((5, 0, HALF, 1), (5, -1, HALF, 1), (5, 6, HALF, 0), (0, 0, HALF, 1), (0, 1, HALF, 0)):
        assert bounds.tail_at_least(n, x, p) == bounds.tail(n, x, 0.5) == expected
    assert bounds.tail_at_least(5, 5, Fraction(1)) == bounds.tail(5, 5, 1.0) == 1
    assert bounds.tail_at_least(5, 1, Fraction(0)) == bounds.tail(5, 1, 0.0) == 0


@pytest.mark.parametrize(
    ("attempt", "needed"),
    [(1, [8, 45, 368, 736, None]), (2, [10, 58, 477, 956, None]), (5, [13, 77, 637, 1277, None])],
)
def test_cases_needed(attempt, needed) -> None:
    alpha = bounds.alpha_at(ALPHA, attempt)
    limits = [Fraction(text) for text in (".60", ".92", ".99", ".995", "1")]
    assert [bounds.cases_needed(limit, alpha) for limit in limits] == needed


@given(st.fractions(Fraction(1, 100), Fraction(998, 1000), max_denominator=1000), st.integers(1, 9))
@settings(deadline=None)
def test_cases_needed_is_the_least_number(limit, attempt) -> None:
    alpha = bounds.alpha_at(ALPHA, attempt)
    n = bounds.cases_needed(limit, alpha)
    assert bounds.rejected(n, n, limit, alpha)
    assert n == 1 or not bounds.rejected(n - 1, n - 1, limit, alpha)


def test_cases_needed_at_the_ends() -> None:
    assert bounds.cases_needed(Fraction(0), ALPHA) == 1
    assert bounds.cases_needed(Fraction(3, 2), ALPHA) is None
    assert bounds.cases_needed(1 - Fraction(1, 10**6), ALPHA) == pytest.approx(2_995_731, abs=2)


def test_what_attempts_spend_adds_up_to_alpha() -> None:
    spent = sum((bounds.alpha_at(ALPHA, k) for k in range(1, 1001)), Fraction(0))
    assert spent == ALPHA * Fraction(1000, 1001)
    assert bounds.alpha_at(ALPHA, 1) == ALPHA / 2
    assert [float(1 - bounds.alpha_at(ALPHA, k)) for k in (1, 2, 3)] == pytest.approx(
        [0.975, 0.99167, 0.99583], abs=1e-5
    )


def test_the_bound_of_a_share_covers_it() -> None:
    rng = random.Random(5)
    n, truth, misses = 200, 0.93, 0
    known = {x: bounds.lower(n, x, ALPHA) for x in range(n + 1)}
    for _ in range(4000):
        misses += known[sum(rng.random() < truth for _ in range(n))] > truth
    assert misses / 4000 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 4000)
    assert misses > 0  # conservative, and not vacuous


@pytest.mark.parametrize("shape", [(0.5, 0.5), (2, 5), (30, 2)])
def test_the_bound_of_a_mean_covers_it(shape) -> None:
    rng = random.Random(7)
    n, truth, misses, tight = 100, shape[0] / sum(shape), 0, 0.0
    for _ in range(600):
        total = sum(rng.betavariate(*shape) for _ in range(n))
        low, high = bounds.mean_lower(n, total, ALPHA), bounds.mean_upper(n, total, ALPHA)
        misses += low > truth
        tight = max(tight, high - low)
        assert low <= total / n <= high
    assert misses / 600 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 600)
    assert tight < 0.3


@given(st.integers(1, 400), st.floats(0, 1), st.fractions(Fraction(1, 100), Fraction(99, 100), max_denominator=100))
@settings(deadline=None)
def test_the_test_of_a_mean_says_what_its_bound_says(n, share, mean) -> None:
    total = Fraction(share) * n
    low = bounds.mean_lower(n, float(total), ALPHA)
    if abs(low - float(mean)) > 1e-6:
        assert bounds.mean_rejected(n, total, mean, ALPHA) == (low > mean)


def test_means_at_the_ends() -> None:
    assert bounds.mean_lower(10, 0, ALPHA) == 0.0
    assert bounds.mean_upper(10, 10, ALPHA) == 1.0
    assert bounds.mean_lower(10, 10, ALPHA) == pytest.approx(0.05**0.1)  # as Clopper-Pearson of ten of ten
    assert not bounds.mean_rejected(0, Fraction(0), HALF, ALPHA)


def test_up_to_the_last_exact_case_it_is_decided_exactly() -> None:
    n, x, p = bounds.EXACT, 18_080, Fraction(9, 10)
    edge = bounds.tail_at_least(n, x, p)
    assert float(edge) == pytest.approx(stats.binom.sf(x - 1, n, 0.9), rel=1e-9)
    assert bounds.rejected(n, x, p, edge)
    assert not bounds.rejected(n, x, p, edge - Fraction(1, 10**50))
    assert bounds.rejected(n, x, p, edge + Fraction(1, 10**50))


@given(st.integers(1, 400), st.data())
@settings(max_examples=100, deadline=None)
def test_floats_decide_only_what_fractions_would_decide_alike(n, data) -> None:
    x = data.draw(st.integers(0, n))
    p = data.draw(st.fractions(Fraction(1, 1000), Fraction(999, 1000), max_denominator=1000))
    exact = bounds.tail_at_least(n, x, p)
    for alpha in (ALPHA, ALPHA / 2, exact, exact * (1 + Fraction(1, 10**12)), exact * (1 - Fraction(1, 10**12))):
        assert bounds.rejected(n, x, p, alpha) == (exact <= alpha)


def test_a_doubt_so_small_that_floats_lose_digits_is_decided_exactly() -> None:
    n, x, p = 367, 160, Fraction(1, 456)
    exact = bounds.tail_at_least(n, x, p)
    assert exact < Fraction(1, 10**290)
    for factor in (1, 1 + Fraction(1, 10**12), 1 - Fraction(1, 10**12)):
        assert bounds.rejected(n, x, p, exact * factor) == (factor >= 1)


@pytest.mark.parametrize(("n", "share"), [(100, "1/2"), (100, "99/100"), (1000, "99/100"), (7, "9/10"), (0, "1/2")])
def test_ranks_of_a_quantile_are_the_least_that_cover_it(n, share) -> None:
    q = Fraction(share)
    low, high = bounds.order_ranks(n, q, ALPHA)
    assert stats.binom.sf(high - 1, n, float(q)) <= 0.05
    assert stats.binom.cdf(low - 1, n, float(q)) <= 0.05
    assert high == 0 or high == n + 1 or stats.binom.sf(high - 2, n, float(q)) > 0.05
    assert low == n or stats.binom.cdf(low, n, float(q)) > 0.05
