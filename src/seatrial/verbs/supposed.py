"""What a plan supposes of each clause: the rate and its width, what a case costs, and where that is from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from seatrial.charter.money import Money, Prices
from seatrial.decision.known import known, width
from seatrial.evidence.log import Log
from seatrial.plan.plan import Plan
from seatrial.verbs.rehearse import Row

GIVEN, PILOT = "--rate", "pilot"
"""Where a rate may come from, besides an entry of the log."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is supposed of one clause."""

    rate: float | None = None
    """Share that holds."""
    source: str = ""
    """`--rate`, `pilot`, or the entry and release of the log."""
    ends: tuple[float, float] | None = None
    """Two-sided 95 % interval of the rate; None of one that was given."""
    seconds: float | None = None
    """Of one core, for a case; None if nothing was measured."""
    calls: float | None = None
    """Answers of the target, for a case."""

    def cost(self, prices: Prices | None, cases: int) -> Money | None:
        """Return what so many cases would cost; None if nobody knows."""
        lacks = prices is None or self.calls is None or (prices.per_hour and self.seconds is None)
        return None if lacks or prices is None else prices.cost((self.calls or 0) * cases, (self.seconds or 0) * cases)


def supposed(plan: Plan, *, given: Mapping[str, float], seen: Sequence[Row], log: Log | None) -> dict[str, Supposed]:
    """Return clause -> what is supposed of it: a given rate before the pilot's, that before the last one in the log.

    Args:
        plan: What would be done.
        given: Clause -> rate, as somebody named it.
        seen: What a pilot showed of each clause; empty if there was none.
        log: The system's log, if there is one.
    """
    before = known(log, plan) if log is not None else {}
    pilots = {row.name: row for row in seen if row.n}
    made = {}
    for name in (promise.name for promise in plan.clauses):
        pilot, last = pilots.get(name), before.get(name)
        one = Supposed()
        if last:
            one = Supposed(last.rate, str(last), (last.low, last.high), None, last.calls)
        if pilot:
            ends = width(pilot.n, pilot.held, pilot.unknown)
            one = Supposed(pilot.held / pilot.n, PILOT, ends, pilot.seconds / pilot.n, pilot.calls / pilot.n)
        if name in given:
            one = Supposed(given[name], GIVEN, None, one.seconds, one.calls)
        made[name] = one
    return made


def total(costs: Sequence[Money | None]) -> Money | None:
    """Return what is known of the cost of all clauses together; None if nothing is known of any."""
    there = [one for one in costs if one is not None]
    return Money(sum((one.amount for one in there), Fraction(0)), there[0].currency) if there else None


def affordable(budget: Money | None, cost: Money | None) -> list[str]:
    """Return a note if a budget does not pay for a plan."""
    if budget is None or cost is None or cost.amount <= budget.amount:
        return []
    share = float(budget.amount / cost.amount)
    paid = f"The budget of {budget} pays for about {share:.0%} of this plan (about {cost})"
    return [f"{paid}: what is not done by then is unproven. Raise budget.money, or try fewer cases."]


def sources(rates: Mapping[str, Supposed]) -> list[str]:
    """Return where rates of the log come from, in words."""
    told = {name: one for name, one in rates.items() if one.source not in ("", GIVEN, PILOT)}
    unknown = [name for name, one in rates.items() if not one.source]
    if unknown and len(unknown) == len(rates):
        return ["No rates, and no price: there was no pilot, and the log has no result. Try --pilot 64, or --rate."]
    if not told:
        return []
    named = "; ".join(f"{name} {one.rate:.3f} from {one.source}" for name, one in told.items())
    return [f"Rates of the last result in the log: {named}. It may have been another model; this one may differ."]
