"""A submitter who plays the rules of submission, ten thousand campaigns of each trick: nothing is gained beyond alpha.

The model is exactly as good as the limit, so every deploy is false.  Attempts are counted by the code that counts them
in a log.  What self-attestation cannot prevent is played, too, and shown to pay: the same check sees it.
"""

from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from seatrial.proof import bounds, rules, weaker
from seatrial.proof.canonical import digest
from seatrial.proof.statement import Statement
from tests.proof.ledger import charter, clause
from tests.proof.simulated import ALPHA, RUNS, within

N, LIMIT, TRIES = 200, Fraction(9, 10), 20


@cache
def least(n: int, attempt: int) -> int:
    """Return from how many held cases on the exact test deploys at an attempt."""
    low, high = -1, n + 1
    while high - low > 1:
        middle = (low + high) // 2
        fine = bounds.rejected(n, middle, LIMIT, bounds.alpha_at(ALPHA, attempt))
        low, high = (low, middle) if fine else (middle, high)
    return high


def campaign(*, releases: int = 1, trials: int = TRIES, run: bool = True) -> list[int]:
    """Return the number that each submission of a campaign gets; nothing in it is deployed."""
    log: list[Statement] = []
    for at in range(TRIES):
        model = digest(b"model %d" % at)
        said = {"release": f"1.{at % releases}", "trial": digest(b"trial %d" % (at % trials))}
        log.append(Statement("submission", model, said))
        if run:
            log.append(Statement("run-plan", model, {"submission": len(log) - 1}))
    numbers = rules.attempts(log)
    return [numbers[seq] for seq in sorted(numbers)]


def deploys(numbers: list[int], seed: int) -> int:
    """Return in how many campaigns one of the attempts deploys, each on fresh cases."""
    held = np.random.default_rng(seed).binomial(N, float(LIMIT), (RUNS, len(numbers)))
    return int((held >= np.array([least(N, number) for number in numbers])).any(axis=1).sum())


TRICKS = {
    "grinds variants": campaign(),
    "a release name for each": campaign(releases=TRIES),
    "two names by turns": campaign(releases=2),
    "abandons what it has submitted": campaign(run=False),
    "submits old models again as new trials": campaign(trials=TRIES),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_what_a_submitter_tries_costs_attempts(trick) -> None:
    numbers = TRICKS[trick]
    assert numbers == list(range(1, TRIES + 1))
    assert within(deploys(numbers, 5), ALPHA)


def test_without_the_count_the_same_campaigns_are_caught() -> None:
    assert not within(deploys([1] * TRIES, 5), ALPHA), "a count per release, per charter or per model"


def test_going_on_with_more_cases_of_the_same_trial_costs_attempts_too() -> None:
    held = np.cumsum(np.random.default_rng(9).binomial(N, float(LIMIT), (RUNS, 6)), axis=1)
    needed = np.array([least(N * number, number) for number in range(1, 7)])
    assert within(int((held >= needed).any(axis=1).sum()), ALPHA)
    free = np.array([_least_at(N * number, ALPHA) for number in range(1, 7)])
    assert not within(int((held >= free).any(axis=1).sum()), ALPHA)


@cache
def _least_at(n: int, alpha: Fraction) -> int:
    return next(x for x in range(int(n * LIMIT), n + 2) if bounds.rejected(n, x, LIMIT, alpha))


def test_picking_the_best_of_the_abandoned_to_go_on_with_costs_all_of_them() -> None:
    """Twenty trials, abandoned; then the luckiest goes on as if it were the only one."""
    log = [
        Statement("submission", digest(b"m%d" % at), {"release": "1", "trial": digest(b"t%d" % at)})
        for at in range(TRIES)
    ]
    log.append(Statement("submission", digest(b"m3"), {"release": "1", "trial": digest(b"t3")}))
    number = rules.attempts(log)[TRIES]
    assert number == TRIES + 1
    random = np.random.default_rng(13)
    first = random.binomial(N, float(LIMIT), (RUNS, TRIES)).max(axis=1)
    both = first + random.binomial(N, float(LIMIT), RUNS)
    assert within(int((both >= least(2 * N, number)).sum()), ALPHA)
    assert not within(int((both >= least(2 * N, 1)).sum()), ALPHA)


def test_a_copied_pool_is_the_same_pool() -> None:
    """Cases are known by their content: under another name, in another order or twice, they stay opened."""
    cases = [digest(b"case %d" % at)[7:].encode()[:32] for at in range(100)]
    pool = rules.read_pool(rules.pool_blob([*reversed(cases), *cases], 1000, 0))
    opened = rules.slice_of(bytes(32), pool.gate, 60)
    assert len(pool.gate) == 100
    assert set(rules.left(pool.gate, opened, 60, reuse=False)).isdisjoint(opened)
    assert len(rules.left(pool.gate, opened, 60, reuse=False)) == 40


def test_a_charter_that_is_split_or_weakened_is_named_and_does_not_deploy() -> None:
    whole = charter(clause("robust"), clause("clean"))
    for less in (
        charter(clause("robust")),
        charter(clause("robust"), clause("clean", require="held_rate >= 0.5 at 95%")),
        charter(clause("robust"), clause("clean", require="held_rate >= 0.6 at 90%")),
        charter(clause("robust"), clause("clean", advisory=True)),
        charter(clause("robust"), clause("clean", severity="minor")),
        charter(clause("robust"), clause("clean", scenarios=[])),
        charter(clause("robust"), clause("clean", require="held_rate >= 0.6 at 95% per person")),
    ):
        assert weaker.weaker(less, whole) == ["clean"]
    delta = clause("clean", require="held_rate - baseline >= 0 at 95%")
    strong, straw = charter(delta, baseline="last deploy"), charter(delta, baseline={"kind": "fake"})
    assert weaker.weaker(straw, strong) == ["clean"]
    person = clause("clean", require="held_rate >= 0.6 at 95% per person")
    own = charter(person, cases={"kind": "bundled", "unit": "person"})
    assert weaker.weaker(charter(person, cases={"kind": "bundled", "unit": "visit"}), own) == ["clean"]


def offline(variants: int) -> float:
    """Return the share of false deploys of somebody who holds the key, and submits only a variant that will pass."""
    held = np.random.default_rng(17).binomial(N, float(LIMIT), (RUNS, variants))
    needed = _least_at(N, bounds.alpha_at(ALPHA, 1))
    return float((held.max(axis=1) >= needed).mean())


def test_what_self_attestation_cannot_prevent_is_seen_by_the_same_check() -> None:
    """The nonce follows from the log key's signature: who holds that, and the cases, can try a submission at home."""
    shares = {variants: offline(variants) for variants in (1, 10, 100)}
    assert within(int(shares[1] * RUNS), ALPHA)
    assert 0.1 < shares[10] < 0.3
    assert shares[100] > 0.7
    assert not within(int(shares[10] * RUNS), ALPHA)


def test_twins_of_a_case_that_differ_by_one_bit_are_two_cases_and_are_worth_one() -> None:
    """Near-duplicates in the pool, which no digest sees: the bound takes them for independent."""
    random = np.random.default_rng(19)
    for copies, finds in ((1, True), (2, False), (5, False)):
        held = copies * random.binomial(N // copies, float(LIMIT), RUNS)
        assert within(int((held >= _least_at(N, ALPHA)).sum()), ALPHA) == finds
