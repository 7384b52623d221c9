"""What a decision took: answers of the target, time and money, counted from the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from seatrial.charter.money import Money, Prices, prices
from seatrial.decision.judge import tables_of
from seatrial.decision.known import asked
from seatrial.evidence.history import seqs
from seatrial.evidence.log import Log
from seatrial.plan.plan import Plan
from seatrial.proof.rests import Chain


@dataclass(frozen=True, slots=True)
class Spent:
    """What some runs took."""

    calls: Mapping[str, int]
    """Clause -> answers of the target."""
    seconds: float | None
    """From the first shard to the last, over all runs, by the runner's own clock; None if nothing says."""
    rates: Prices | None = field(default=None)
    """What the charter says that answers and time cost."""

    @property
    def money(self) -> Money | None:
        """What all of it cost; None if the charter names no prices."""
        return None if self.rates is None else self.rates.cost(sum(self.calls.values()), self.seconds or 0.0)

    def of(self, clause: str) -> Money | None:
        """Return what the answers that one clause took cost; time is not shared out."""
        return None if self.rates is None else self.rates.cost(self.calls.get(clause, 0), 0.0)

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.money or 'no price is known'}: {sum(self.calls.values()):,} answers of the target{self._time}"

    @property
    def _time(self) -> str:
        return "" if self.seconds is None else f", {in_minutes(self.seconds)} by the runner's clock"


def spent(log: Log, links: Chain, plan: Plan, charter: Mapping[str, Any]) -> Spent:
    """Return what the runs that a decision rests on took.

    Args:
        log: The system's log.
        links: Which runs these are.
        plan: What was run.
        charter: Charter JSON: its prices.
    """
    statements = log.statements()
    results = [statements[seq].predicate for seq in links.run_results]
    tables = tables_of(log, results)
    told = [_seconds(log, seq) for seq in links.run_results]
    known = [one for one in told if one is not None]
    calls = {promise.name: asked(promise, results, tables) for promise in plan.clauses}
    return Spent(calls, sum(known) if known else None, prices((charter.get("budget") or {}).get("prices") or {}))


def in_minutes(seconds: float) -> str:
    """Return a time in words: `40 seconds`, `3 minutes`."""
    if seconds < 90:
        count = max(1, round(seconds))
        return f"{count} second{'' if count == 1 else 's'}"
    return f"{round(seconds / 60)} minutes"


def _seconds(log: Log, run_result: int) -> float | None:
    statements = log.statements()
    there = seqs(statements, "environment", run_result=run_result)
    if not there:
        return None
    said = statements[there[0]].predicate
    return (datetime.fromisoformat(said["ended"]) - datetime.fromisoformat(said["started"])).total_seconds()
