"""Three teams try one model that is not good enough, again and again, until it is deployed or they give up.

The model holds on exactly the share of cases that the charter asks for or on a little less, so every deploy is false.
Run it: `python examples/statistics/simulate.py`; it needs numpy and the bounds that judge a gate, no model.
"""

from __future__ import annotations

import argparse
from fractions import Fraction

import numpy as np

from seatrial.proof.bounds import alpha_at, rejected

ALPHA = Fraction(1, 20)
"""What may go wrong: `at 95%`."""


def least(cases: int, limit: Fraction, alpha: Fraction) -> int:
    """Return how many cases must hold at least, so that the limit is proved at this doubt."""
    low, high = 0, cases + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if rejected(cases, middle, limit, alpha) else (middle, high)
    return high


def teams(cases: int, limit: Fraction, tries: int) -> dict[str, list[int]]:
    """Return what each team asks for at each of its tries: so many held cases, and it deploys."""
    count = int(limit * cases)
    return {
        "looks at the rate": [count] * tries,
        "tests at 95 %, every time": [least(cases, limit, ALPHA)] * tries,
        "tests as seatrial does": [least(cases, limit, alpha_at(ALPHA, at)) for at in range(1, tries + 1)],
    }


def deployed(needed: list[int], cases: int, truth: float, *, runs: int, seed: int) -> float:
    """Return the share of campaigns in which one of the tries deploys."""
    held = np.random.default_rng(seed).binomial(cases, truth, size=(runs, len(needed)))
    return float((held >= np.array(needed)).any(axis=1).mean())


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=400, help="cases that one try opens")
    parser.add_argument("--limit", type=Fraction, default=Fraction(9, 10), help="what the charter asks for")
    parser.add_argument("--runs", type=int, default=20_000, help="campaigns that are played")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    lengths, worse = (1, 3, 10, 30), float(given.limit) - 0.02
    print(f"{given.cases} cases a try, held_rate >= {float(given.limit):g} at 95%; false deploys after so many tries")
    for truth in (float(given.limit), worse):
        print(f"\ntrue rate {truth:.2f}".ljust(33) + "".join(f"{length:>9}" for length in lengths))
        for name, needed in teams(given.cases, given.limit, lengths[-1]).items():
            shares = [deployed(needed[:n], given.cases, truth, runs=given.runs, seed=given.seed) for n in lengths]
            print(f"  {name:<30}" + "".join(f"{100 * share:>7.1f} %" for share in shares))


if __name__ == "__main__":
    main()
