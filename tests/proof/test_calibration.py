"""Ten thousand gates whose truth lies at the limit: false claims are rare as promised, and broken tests are caught."""

from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from seatrial.proof import bounds, gap, process
from tests.proof.simulated import ALPHA, RUNS, capital, least, spread, verdicts, within

LAST = 400
"""Cases of a sequential gate; it is looked at after every one."""


@pytest.mark.parametrize(("n", "limit"), [(60, "0.95"), (200, "0.9"), (1000, "0.6")])
@pytest.mark.parametrize(("attempt", "blocking"), [(1, 1), (3, 10)])
def test_a_fixed_gate_at_its_limit(n, limit, attempt, blocking) -> None:
    held = np.random.default_rng(n).binomial(n, float(limit), RUNS)
    came = verdicts(f"held_rate >= {limit} at 95%", n, held, attempt=attempt, blocking=blocking)
    assert within(came["held"], bounds.alpha_at(ALPHA, attempt))
    assert within(came["breached"], ALPHA / blocking)
    fewer = verdicts(f"held_rate <= {limit} at 95%", n, held, attempt=attempt, blocking=blocking)
    assert within(fewer["held"], bounds.alpha_at(ALPHA, attempt))
    assert within(fewer["breached"], ALPHA / blocking)


def test_an_exact_test_uses_what_it_may() -> None:
    held = np.random.default_rng(7).binomial(1000, 0.6, RUNS)
    came = verdicts("held_rate >= 0.6 at 95%", 1000, held)
    assert came["held"] > 0.02 * RUNS
    assert came["breached"] > 0.04 * RUNS


def test_who_looks_at_the_rate_is_caught() -> None:
    held = np.random.default_rng(7).binomial(200, 0.9, RUNS)
    assert not within(int((held >= 180).sum()), ALPHA)


@cache
def paths(limit: str) -> np.ndarray:
    """Return held cases so far, `(RUNS, LAST)`."""
    drawn = np.random.default_rng(11).random((RUNS, LAST)) < float(limit)
    return np.cumsum(drawn, axis=1, dtype=np.int32)


@pytest.mark.parametrize("limit", ["0.5", "0.9", "0.98"])
def test_a_gate_that_is_looked_at_after_every_case(limit) -> None:
    p, held = Fraction(limit), paths(limit)
    for good, share in ((held, p), (np.arange(1, LAST + 1) - held, 1 - p)):
        crossed = np.array([least(n, share, ALPHA) for n in range(1, LAST + 1)])
        false = int((good >= crossed).any(axis=1).sum())
        assert within(false, ALPHA)
        assert false > 0.002 * RUNS, "a test that never claims anything would pass, too"


@pytest.mark.parametrize("limit", ["0.5", "0.9"])
def test_who_looks_again_and_again_with_a_fixed_test_is_caught(limit) -> None:
    p = Fraction(limit)
    crossed = np.array([_least_fixed(n, p) for n in range(1, LAST + 1)])
    assert not within(int((paths(limit) >= crossed).any(axis=1).sum()), ALPHA)


def _least_fixed(n: int, p: Fraction) -> int:
    low, high = -1, n + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if bounds.rejected(n, middle, p, ALPHA) else (middle, high)
    return high


def drawn(name: str, mean: float, shape: tuple[int, int]) -> np.ndarray:
    """Return values in 0..1 with a true mean."""
    random = np.random.default_rng(23)
    if name == "ones and zeros":
        return (random.random(shape) < mean).astype(float)
    if name == "narrow":
        return mean + (1 - mean) * 0.2 * (2 * random.random(shape) - 1)
    return random.beta(8 * mean, 8 * (1 - mean), shape)


def _differences(mean: float, shape: tuple[int, int]) -> np.ndarray:
    """Return differences of two models, d as (d + 1) / 2, that disagree on a tenth of the cases."""
    random = np.random.default_rng(29).random(shape)
    worse = 0.05 + (0.5 - mean)
    better = 0.05 - (0.5 - mean)
    return np.where(random < worse, 0.0, np.where(random < worse + better, 1.0, 0.5))


@pytest.mark.parametrize(("name", "mean"), [("ones and zeros", 0.9), ("narrow", 0.49), ("beta", 0.9), ("both", 0.49)])
def test_bets_on_values_that_are_looked_at_after_every_one(name, mean) -> None:
    shape = (RUNS, 120)
    values = _differences(mean, shape) if name == "both" else drawn(name, mean, shape)
    assert np.abs(values.mean() - mean) < 0.002
    for seen, at in ((values, mean), (1 - values, 1 - mean)):
        ever = capital(seen, at).max(axis=1) >= -np.log(float(ALPHA))
        assert within(int(ever.sum()), ALPHA)


def test_the_code_bets_as_the_simulation_does() -> None:
    values = np.round(drawn("beta", 0.6, (60, 150)), 3)
    logs = capital(values, 0.5)[:, -1]
    for row, log in zip(values, logs, strict=True):
        alpha = Fraction(float(np.exp(-log)))
        assert process.values_rejected(spread(row), Fraction(1, 2), alpha * Fraction(100001, 100000))
        assert not process.values_rejected(spread(row), Fraction(1, 2), alpha * Fraction(99999, 100000))


def test_who_bets_more_than_there_is_on_the_table_is_caught() -> None:
    """Bets that look at the value that they are on: the capital is no fair game any more."""
    values = drawn("beta", 0.5, (RUNS, 200))
    cheat = np.cumsum(np.log(np.where(values > 0.5, 1 + 0.2 * (values - 0.5), 1.0)), axis=1)
    assert not within(int((cheat.max(axis=1) >= np.log(20)).sum()), ALPHA)


def clusters(correlation: float) -> np.ndarray:
    """Return cases that held of 50 prompts with 10 repeats each, true rate 0.9, at a correlation within the prompt."""
    random = np.random.default_rng(31)
    strength = 1 / correlation - 1
    own = random.beta(0.9 * strength, 0.1 * strength, (RUNS, 50))
    return random.binomial(10, own)


@pytest.mark.parametrize("correlation", [0.1, 0.3, 0.6])
def test_repeats_are_no_samples(correlation) -> None:
    held = clusters(correlation)
    units = capital(held / 10, 0.9)[:, -1] >= -np.log(float(ALPHA))
    assert within(int(units.sum()), ALPHA)
    pooled = held.sum(axis=1)
    wrong = int((pooled >= _least_fixed(500, Fraction(9, 10))).sum())
    assert not within(wrong, ALPHA), "500 repeats taken for 500 cases"


@cache
def gap_claim(seen: tuple[tuple[int, int], ...], *, held: bool) -> bool:
    """Return what the code says about a gap of at most 10 %: (cases, held) of each group."""
    groups = {bytes([at]): (n, Fraction(x), 0) for at, (n, x) in enumerate(seen)}
    claim = gap.proved if held else gap.refuted
    return claim(groups, Fraction(1, 10), ALPHA, rate=True)


def _counted(rows: np.ndarray) -> tuple[list[list[int]], list[int]]:
    kinds, times = np.unique(rows, axis=0, return_counts=True)
    return kinds.tolist(), times.tolist()


@pytest.mark.parametrize("rates", [(0.9, 0.8), (0.95, 0.9, 0.85), (0.9, 0.9, 0.8, 0.8)])
def test_a_gap_at_its_limit(rates) -> None:
    n = 60
    held = np.random.default_rng(37).binomial(n, rates, (RUNS, len(rates)))
    ends = np.stack([held.min(axis=1), held.max(axis=1)], axis=1)
    false = {True: 0, False: 0}
    for (low, high), count in zip(*_counted(ends), strict=True):
        seen = ((n, low), *[(n, high)] * (len(rates) - 1))
        for claim in false:
            false[claim] += count * gap_claim(seen, held=claim)
    assert within(false[True], ALPHA)
    assert within(false[False], ALPHA)


def test_a_gap_of_rates_that_are_compared_by_eye_is_caught() -> None:
    held = np.random.default_rng(37).binomial(60, (0.9, 0.8), (RUNS, 2))
    assert not within(int((held.max(axis=1) - held.min(axis=1) <= 6).sum()), ALPHA)


@pytest.mark.parametrize("share", [Fraction(1, 2), Fraction(9, 10), Fraction(99, 100)])
def test_order_statistics_cover_their_quantile(share) -> None:
    n = 500
    values = np.sort(np.random.default_rng(41).random((RUNS, n)), axis=1)
    low, high = bounds.order_ranks(n, share, ALPHA)
    if low:
        assert within(int((values[:, low - 1] > float(share)).sum()), ALPHA)
    if high <= n:
        assert within(int((values[:, high - 1] < float(share)).sum()), ALPHA)
    assert not within(int((values[:, int(n * share) - 1] < float(share)).sum()), ALPHA)
