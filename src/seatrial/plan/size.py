"""What a plan will take, and how likely each verdict is: before anything is spent."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from seatrial.charter.lint import needed
from seatrial.plan.plan import Plan, Promise
from seatrial.proof.bounds import tail
from seatrial.proof.criterion import Criterion, parse
from seatrial.proof.verdict import Tally, clause_verdict


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one clause will take, and what is likely to come of it."""

    clause: str
    cases: int
    """Gate cases and members of all its slices."""
    needed: int | None
    """Cases that would do if all held; None if no number does."""
    shards: int
    minutes: float | None
    """On one core; None if nothing was measured."""
    least: int | None
    """Fewest cases that must hold for `held`; None if all of them do not suffice."""
    most: int
    """Most cases that may hold for `breached`; -1 if none is few enough."""
    chances: Mapping[str, float] | None
    """`held`, `breached`, `unproven` -> probability under the supposed rate; None if none is supposed."""


def outlook(
    plan: Plan,
    *,
    prices: Mapping[str, float] | None = None,
    rates: Mapping[str, float] | None = None,
    attempt: int = 1,
    slices: int = 1,
) -> tuple[Outlook, ...]:
    """Return what each clause will take, in the order of the plan.

    Args:
        plan: What would be done.
        prices: Clause -> seconds per case on one core, from a short pilot on rehearsal cases.
        rates: Clause -> share of the cases that is supposed to hold.  Cases count as independent: exact binomial.
        attempt: Number of the attempt that is asked about.
        slices: Slices that the verdict would be over (`--again` adds one).
    """
    blocking = sum(not promise.advisory for promise in plan.clauses)
    return tuple(_clause(promise, prices or {}, rates or {}, (attempt, blocking, slices)) for promise in plan.clauses)


def price(plan: Plan, prices: Mapping[str, float]) -> float:
    """Return what a plan costs in seconds of one core; clauses without a price cost nothing."""
    return sum(prices.get(one.name, 0.0) * (one.count + one.members) for one in plan.clauses)


def _clause(
    promise: Promise, prices: Mapping[str, float], rates: Mapping[str, float], asked: tuple[int, int, int]
) -> Outlook:
    attempt, blocking, slices = asked
    criterion, n = parse(promise.require), (promise.count + promise.members) * slices
    least, most = limits(criterion, n, attempt=attempt, blocking=blocking)
    per_case = prices.get(promise.name)
    rate = rates.get(promise.name)
    return Outlook(
        clause=promise.name,
        cases=n,
        needed=needed(criterion, attempt),
        shards=math.ceil((promise.count + promise.members) / (promise.shard or n or 1)),
        minutes=None if per_case is None else per_case * (promise.count + promise.members) / 60,
        least=least,
        most=most,
        chances=None if rate is None else chances(n, rate, least, most),
    )


def limits(criterion: Criterion, n: int, *, attempt: int = 1, blocking: int = 1) -> tuple[int | None, int]:
    """Return from how many of n cases on a clause is held, and up to how many it is breached.

    For `<=` the clause is held by few: then the two are counted in cases that do not hold.  A mean is looked at as if
    every value were 0 or 1.

    Args:
        criterion: What is promised.
        n: Cases, none unknown.
        attempt: Number of the attempt.
        blocking: Clauses that can block.
    """

    def verdict(good: int) -> str:
        held = n - good if _falling(criterion) else good
        total = Fraction(held) if criterion.metric == "mean" else None
        counted = Tally(n, held, 0, total)
        said = {"control_missed": False, "failed": False, "not_done": False}
        return clause_verdict(criterion, counted, attempt, blocking, **said)

    least = _first(lambda good: verdict(good) == "held", n)
    above = _first(lambda good: verdict(good) != "breached", n)
    return least, n if above is None else above - 1


def chances(n: int, rate: float, least: int | None, most: int) -> dict[str, float]:
    """Return the probability of each verdict if every case holds with this chance on its own."""
    held = 0.0 if least is None else tail(n, least, rate)
    breached = 1.0 - tail(n, most + 1, rate)
    return {"held": held, "breached": breached, "unproven": max(0.0, 1.0 - held - breached)}


def _falling(criterion: Criterion) -> bool:
    """Return whether fewer cases that count are better: a rate or mean that must stay below its limit."""
    return criterion.comparison == "<=" and criterion.quantile is None


def _first(holds: Callable[[int], bool], n: int) -> int | None:
    """Return the least number in 0..n from which on a rising condition holds; None if it never does."""
    if not holds(n):
        return None
    low, high = -1, n
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
