"""Ten thousand gates at once: what the code under test decides, looked up, and simulated truth."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import cache

import numpy as np
from scipy import stats

from seatrial.proof import process
from seatrial.proof.criterion import Criterion, parse
from seatrial.proof.tally import Tally
from seatrial.proof.verdict import clause_verdict

RUNS = 10_000
ALPHA = Fraction(1, 20)
FINE = {"control_missed": False, "failed": False, "not_done": False}


def within(false: int, alpha: Fraction | float, *, runs: int = RUNS) -> bool:
    """Return whether so many false claims can be luck: at most the 1 - 1e-6 quantile of Binomial(runs, alpha)."""
    return false <= stats.binom.ppf(1 - 1e-6, runs, float(alpha))


@cache
def verdict(require: str, n: int, held: int, attempt: int, blocking: int, *, early: bool = False) -> str:
    """Return what the code says about these counts."""
    return clause_verdict(parse(require), Tally(n, held, 0, early=early), attempt, blocking, **FINE)


def verdicts(require: str, n: int, held: np.ndarray, *, attempt: int = 1, blocking: int = 1) -> Counter[str]:
    """Return how often each verdict comes of these counts."""
    values, times = np.unique(held, return_counts=True)
    found: Counter[str] = Counter()
    for value, count in zip(values.tolist(), times.tolist(), strict=True):
        found[verdict(require, n, value, attempt, blocking)] += count
    return found


def least(n: int, limit: Fraction, alpha: Fraction) -> int:
    """Return from how many of n cases on the e-process of a share has crossed; n + 1 if from none."""
    low, high = -1, n + 1
    while high - low > 1:
        middle = (low + high) // 2
        crossed = process.share_rejected(n, middle, limit, alpha)
        low, high = (low, middle) if crossed else (middle, high)
    return high


def capital(values: np.ndarray, mean: float) -> np.ndarray:
    """Return the logarithm of the capital after every value, `(runs, n)`, by the definition and with its bets."""
    best = np.full(values.shape, -np.inf)
    for bet in process.BETS:
        with np.errstate(divide="ignore"):
            best = np.logaddexp(best, np.cumsum(np.log((1 - bet) + bet * values / mean), axis=1))
    return best - np.log(len(process.BETS))


def spread(values: np.ndarray) -> dict[tuple[float, float], int]:
    """Return values as the code takes them."""
    return {(one, one): count for one, count in Counter(values.tolist()).items()}


def asked(text: str) -> Criterion:
    """Return a criterion."""
    return parse(text)
