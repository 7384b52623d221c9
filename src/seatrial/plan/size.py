"""What a plan will take, and how likely each verdict is: before anything is spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seatrial.charter.lint import needed
from seatrial.plan.limits import chances, counted, falling, limits
from seatrial.plan.looks import Ahead, ahead
from seatrial.plan.plan import Plan, Promise
from seatrial.proof import claims, rules
from seatrial.proof.bounds import alpha_at
from seatrial.proof.criterion import Criterion, parse


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
    """`held`, `breached`, `unproven` -> probability under the supposed rate; None if none is supposed, or the
    criterion is about differences, groups or units, whose spread nobody knows beforehand."""
    expected: float | None = None
    """Cases that a plan that stops early is expected to work; None otherwise."""
    alike: int | None = None
    """For a difference: cases that would do if the two models never differed; None if no number, or no difference."""


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
    asked = _Asked(plan.to_json(), attempt, blocking, slices)
    return tuple(_clause(promise, prices or {}, rates or {}, asked) for promise in plan.clauses)


def price(plan: Plan, prices: Mapping[str, float]) -> float:
    """Return what a plan costs in seconds of one core; clauses without a price cost nothing."""
    return sum(prices.get(one.name, 0.0) * (one.count + one.members) for one in plan.clauses)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an outlook is asked for."""

    plan: Mapping[str, Any]
    attempt: int
    blocking: int
    slices: int

    @property
    def early(self) -> bool:
        return rules.stops_early(self.plan)

    def limits(self, criterion: Criterion, n: int) -> tuple[int | None, int]:
        return limits(criterion, n, attempt=self.attempt, blocking=self.blocking, early=self.early)


def _clause(promise: Promise, prices: Mapping[str, float], rates: Mapping[str, float], asked: _Asked) -> Outlook:
    criterion, own = parse(promise.require), promise.count + promise.members
    least, most = asked.limits(criterion, own * asked.slices)
    per_case, sizes = prices.get(promise.name), rules.cuts(asked.plan, promise.name)
    found = _ahead(criterion, rates.get(promise.name), sizes, asked)
    return Outlook(
        clause=promise.name,
        cases=own * asked.slices,
        needed=needed(criterion, asked.attempt, early=asked.early),
        shards=len(sizes),
        minutes=None if per_case is None else per_case * own / 60,
        least=least,
        most=most,
        chances=None if found is None else found.chances,
        expected=found.expected if found is not None and asked.early else None,
        alike=claims.alike(criterion, alpha_at(criterion.alpha, asked.attempt)),
    )


def _ahead(criterion: Criterion, rate: float | None, sizes: Sequence[int], asked: _Asked) -> Ahead | None:
    """Return what is likely, or None where no rate tells it."""
    if rate is None or not counted(criterion) or (asked.early and asked.slices > 1):
        return None
    good = 1.0 - rate if falling(criterion) else rate
    if asked.early:
        return ahead(sizes, good, lambda cases: asked.limits(criterion, cases))
    n = sum(sizes) * asked.slices
    told = chances(n, good, *asked.limits(criterion, n))
    return Ahead(told["held"], told["breached"], float(n))
