"""E-processes against their definition, integrated numerically, and against what must hold for any of them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from seatrial.proof import bounds, process

ALPHA = Fraction(1, 20)


@pytest.mark.parametrize(("n", "x", "p"), [(1, 1, 0.5), (10, 9, 0.5), (44, 44, 0.9), (200, 190, 0.9), (300, 200, 0.6)])
def test_the_mixture_is_the_mean_likelihood_ratio_over_all_larger_shares(n, x, p) -> None:
    def ratio(share: float) -> float:
        return float(np.exp(stats.binom.logpmf(x, n, share) - stats.binom.logpmf(x, n, p)))

    oracle = integrate.quad(ratio, p, 1, points=[x / n] if p < x / n < 1 else None)[0] / (1 - p)
    assert float(process.mixture(n, x, Fraction(str(p)))) == pytest.approx(oracle, rel=1e-6)


@given(st.integers(0, 60), st.fractions(Fraction(1, 50), Fraction(49, 50), max_denominator=50))
@settings(deadline=None)
def test_one_more_case_is_a_fair_bet(n, p) -> None:
    """At the limit the process neither gains nor loses on average, whatever was seen so far: exactly."""
    for x in {0, n // 2, n}:
        now = process.mixture(n, x, p) if n else Fraction(1)
        assert p * process.mixture(n + 1, x + 1, p) + (1 - p) * process.mixture(n + 1, x, p) == now


@given(st.integers(1, 400), st.data())
@settings(deadline=None, max_examples=60)
def test_floats_and_fractions_say_the_same(n, data) -> None:
    x = data.draw(st.integers(0, n))
    p = data.draw(st.fractions(Fraction(1, 50), Fraction(49, 50), max_denominator=50))
    alpha = data.draw(st.sampled_from([ALPHA, Fraction(1, 40), Fraction(1, 1000)]))
    exact = process.mixture(n, x, p) * alpha >= 1 if x > n * p else False
    assert process.share_rejected(n, x, p, alpha) == exact


def test_at_the_edge_it_is_decided_exactly() -> None:
    p, (n, x) = Fraction(9, 10), (120, 117)
    edge = 1 / process.mixture(n, x, p)
    assert process.share_rejected(n, x, p, edge)
    assert not process.share_rejected(n, x, p, edge - Fraction(1, 10**30))


def test_beyond_the_exact_range_it_is_rounded_outward() -> None:
    n, p = bounds.EXACT + 1, Fraction(9, 10)
    assert process.share_rejected(n, 18_250, p, ALPHA)
    assert not process.share_rejected(n, 18_050, p, ALPHA)
    assert process.share_rejected(bounds.EXACT, 18_250, p, ALPHA)


def test_ends() -> None:
    assert not process.share_rejected(0, 0, Fraction(1, 2), ALPHA)
    assert not process.share_rejected(5, 5, Fraction(1), ALPHA)
    assert process.share_rejected(1, 1, Fraction(0), ALPHA)
    assert not process.share_rejected(1, 0, Fraction(0), ALPHA)
    assert not process.values_rejected({}, Fraction(1, 2), ALPHA)
    assert not process.values_rejected({(1.0, 1.0): 9}, Fraction(1), ALPHA)
    assert process.values_rejected({(0.1, 0.1): 1}, Fraction(0), ALPHA)
    assert not process.values_rejected({(0.0, 0.0): 9}, Fraction(0), ALPHA)
    assert process.values_lower({}, ALPHA) == process.share_lower(0, 0, ALPHA) == 0.0


@pytest.mark.parametrize(("limit", "needed"), [("0.5", 8), ("0.9", 51), ("0.95", 105), ("1", None)])
def test_cases_needed_are_the_least_number(limit, needed) -> None:
    alpha = bounds.alpha_at(ALPHA, 1)
    assert process.share_needed(Fraction(limit), alpha) == needed
    if needed:
        assert not process.share_rejected(needed - 1, needed - 1, Fraction(limit), alpha)
        assert needed > (bounds.cases_needed(Fraction(limit), alpha) or 0), "looking at any time has its price"


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]), min_size=1, max_size=12), st.integers(1, 9))
def test_capital_is_a_product_of_fair_bets(values, tenths) -> None:
    mean = tenths / 10
    oracle = np.mean([np.prod([(1 - bet) + bet * one / mean for one in values]) for bet in process.BETS])
    found = process.wealth({(one, one): values.count(one) for one in set(values)}, mean)
    assert float(found) == pytest.approx(float(oracle), rel=1e-9, abs=1e-12)


def test_capital_is_fair_at_the_limit_and_shrinks_below_it() -> None:
    for mean in (0.1, 0.5, 0.9):
        for truth, fair in ((mean, True), (mean - 0.05, False)):
            after = sum(
                chance * process.wealth({(value, value): 1}, mean)
                for value, chance in ((1.0, Fraction(truth)), (0.0, 1 - Fraction(truth)))
            )
            assert (abs(float(after) - 1) < 1e-12) == fair
            assert after < 1 + Fraction(1, 10**12)


def test_capital_neither_overflows_nor_forgets() -> None:
    much = {(1.0, 1.0): 200_000, (0.0, 0.0): 100_000}
    assert process.values_rejected(much, Fraction(1, 2), Fraction(1, 10**100))
    assert not process.values_rejected(much, Fraction(7, 10), ALPHA)


def test_what_is_unknown_never_helps() -> None:
    known, unknown = {(1.0, 1.0): 60}, {(1.0, 1.0): 60, (0.0, 1.0): 40}
    assert process.values_rejected(known, Fraction(9, 10), ALPHA)
    assert not process.values_rejected(unknown, Fraction(9, 10), ALPHA)
    assert process.flipped(unknown) == {(0.0, 0.0): 60, (0.0, 1.0): 40}


@pytest.mark.parametrize(("n", "x"), [(50, 45), (400, 360), (400, 400), (400, 3)])
def test_bounds_are_the_tests_turned_round(n, x) -> None:
    low, high = process.share_lower(n, x, ALPHA), process.share_upper(n, x, ALPHA)
    assert low < x / n <= 1
    assert low < bounds.lower(n, x, ALPHA)
    assert high > bounds.upper(n, x, ALPHA) or high == 1
    for edge, count, at in ((low, x, low), (1 - high, n - x, 1 - high)):
        if 0 < edge < 1:
            assert process.share_rejected(n, count, Fraction(at) - Fraction(1, 10**6), ALPHA)
            assert not process.share_rejected(n, count, Fraction(at) + Fraction(1, 10**6), ALPHA)


def test_bounds_of_values_are_the_tests_turned_round() -> None:
    spread = {(k / 20, k / 20): 5 + k for k in range(21)}
    low, high = process.values_lower(spread, ALPHA), process.values_upper(spread, ALPHA)
    mean = sum(low * n for (low, _), n in spread.items()) / sum(spread.values())
    assert low < mean < high
    assert process.values_rejected(spread, Fraction(low) - Fraction(1, 1000), ALPHA)
    assert not process.values_rejected(spread, Fraction(low) + Fraction(1, 1000), ALPHA)


def test_rounding_to_fewer_values_is_outward() -> None:
    spread = {(k / 997, k / 997): 1 for k in range(998)}
    rough = process.coarse(spread, 50)
    assert len(rough) <= 2 * 51
    assert sum(rough.values()) == 998
    assert process.values_lower(rough, ALPHA) <= process.values_lower(spread, ALPHA)


def test_two_models_that_never_differ_are_alike_after_so_many_cases() -> None:
    assert process.values_needed(Fraction(49, 100), bounds.alpha_at(ALPHA, 1), value=0.5) == 284
    assert process.values_needed(Fraction(1, 2), ALPHA, value=0.5) is None
