"""What a submitter can try to get a model deployed that is not good enough, and what comes of it.

The model holds on exactly the share of cases that is asked for, so every deploy is false.  The first part are tricks
that the log sees; the second what no log can see, as long as the submitter holds its key.
Run it: `python examples/statistics/tricks.py`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from seatrial.proof.bounds import alpha_at, rejected

ALPHA = Fraction(1, 20)
LIMIT = Fraction(9, 10)
CASES, TRIES = 200, 20
Came = npt.NDArray[np.bool_]


def least(cases: int, alpha: Fraction) -> int:
    """Return how many cases must hold at least, so that the limit is proved at this doubt."""
    low, high = 0, cases + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if rejected(cases, middle, LIMIT, alpha) else (middle, high)
    return high


def attempts(random: np.random.Generator, runs: int, alphas: list[Fraction]) -> Came:
    """Return which campaigns deploy, each attempt on fresh cases at its own doubt."""
    held = random.binomial(CASES, float(LIMIT), (runs, len(alphas)))
    return np.asarray((held >= np.array([least(CASES, alpha) for alpha in alphas])).any(axis=1))


def pooled(random: np.random.Generator, runs: int, slices: int) -> Came:
    """Return which campaigns deploy that add cases to one trial (`--again`)."""
    held = np.cumsum(random.binomial(CASES, float(LIMIT), (runs, slices)), axis=1)
    needed = [least(CASES * at, alpha_at(ALPHA, at)) for at in range(1, slices + 1)]
    return np.asarray((held >= np.array(needed)).any(axis=1))


def offline(random: np.random.Generator, runs: int, variants: int) -> Came:
    """Return who deploys by trying variants at home, with the log's key, and submitting one that will pass."""
    held = random.binomial(CASES, float(LIMIT), (runs, variants)).max(axis=1)
    return np.asarray(held >= least(CASES, alpha_at(ALPHA, 1)))


def twins(random: np.random.Generator, runs: int, copies: int) -> Came:
    """Return who deploys with a pool in which every case comes so often, each time with one bit changed."""
    held = copies * random.binomial(CASES // copies, float(LIMIT), runs)
    return np.asarray(held >= least(CASES, alpha_at(ALPHA, 1)))


def fitted(random: np.random.Generator, runs: int, times: int) -> Came:
    """Return who deploys by mending half of the failing cases, in copies that differ by one bit, so many times."""
    wrong, done = random.binomial(CASES, 1 - float(LIMIT), runs), np.zeros(runs, dtype=bool)
    for at in range(1, times + 1):
        done |= CASES - wrong >= least(CASES, alpha_at(ALPHA, at))
        wrong = wrong // 2
    return done


SEEN: dict[str, Callable[[np.random.Generator, int], Came]] = {
    "one honest attempt": lambda random, runs: attempts(random, runs, [alpha_at(ALPHA, 1)]),
    f"{TRIES} variants, release names, abandoned runs": lambda random, runs: attempts(
        random, runs, [alpha_at(ALPHA, at) for at in range(1, TRIES + 1)]
    ),
    "six times more cases (`--again`)": lambda random, runs: pooled(random, runs, 6),
    f"(the same {TRIES}, if attempts were not counted)": lambda random, runs: attempts(random, runs, [ALPHA] * TRIES),
}
UNSEEN: dict[str, Callable[[np.random.Generator, int], Came]] = {
    "10 variants tried at home, with the log's key": lambda random, runs: offline(random, runs, 10),
    "100 variants tried at home, with the log's key": lambda random, runs: offline(random, runs, 100),
    "every case comes twice, one bit apart": lambda random, runs: twins(random, runs, 2),
    "every case comes five times, one bit apart": lambda random, runs: twins(random, runs, 5),
    "half of the failing cases mended, copies, 3 times": lambda random, runs: fitted(random, runs, 3),
}


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000, help="campaigns that are played")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"{CASES} cases an attempt, held_rate >= {float(LIMIT):g} at 95%, a model exactly at that: false deploys")
    for title, tricks in (("what the log sees", SEEN), ("what it cannot see", UNSEEN)):
        print(f"\n{title}")
        for name, play in tricks.items():
            share = play(np.random.default_rng(given.seed), given.runs).mean()
            print(f"  {name:<52}{100 * share:>7.1f} %")


if __name__ == "__main__":
    main()
