"""What the log knows of a clause that was tried before: the last rate, how wide it is, and what a case took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from seatrial.decision.judge import tables_of
from seatrial.evidence import recorder
from seatrial.evidence.history import seqs
from seatrial.evidence.log import Log
from seatrial.plan.calls import calls
from seatrial.plan.plan import Plan, Promise
from seatrial.proof import bounds, rests
from seatrial.proof.criterion import parse

DOUBT = Fraction(1, 40)
"""On each side of a rate: its interval is one of 95 %."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the last result of a clause showed."""

    entry: int
    """Of the decision."""
    release: str
    n: int
    rate: float
    """Cases that held among all that were planned."""
    low: float
    """Lower end of the 95 % interval of the rate, Clopper-Pearson; unknown cases lost."""
    high: float
    """Upper end; unknown cases won."""
    calls: float
    """Answers of the target for a case."""

    def __str__(self) -> str:
        """Where it comes from, in words."""
        return f"entry {self.entry}, release {self.release}"


def width(n: int, held: int, unknown: int = 0) -> tuple[float, float]:
    """Return the two-sided 95 % Clopper-Pearson interval of a rate, unknown cases lost below and won above."""
    return bounds.lower(n, held, DOUBT), bounds.upper(n, held + unknown, DOUBT)


def known(log: Log, plan: Plan) -> dict[str, Known]:
    """Return clause -> what its last result showed; clauses without one are left out.

    A result counts if the clause was tried with the same scenarios (by digest) and parameters, and its criterion is
    about the same expression; whichever model it was of.

    Args:
        log: The system's log.
        plan: What is to be done next.
    """
    wanted = {one.name: one for one in plan.clauses if parse(one.require).expression == "held_rate"}
    found: dict[str, Known] = {}
    for seq in reversed(seqs(log.statements(), "decision")):
        if not wanted.keys() - found.keys():
            break
        said = log.statements()[seq].predicate
        before = _plan(log, said["run_result"])
        for promise in before.clauses:
            name, entry = promise.name, said["clauses"].get(promise.name)
            fits = name in wanted and name not in found and entry and entry["n"] and entry["verdict"] != "untried"
            if fits and _same(promise, wanted[name]):
                found[name] = _known(log, seq, promise, entry)
    return found


def _plan(log: Log, run_result: int) -> Plan:
    links = rests.chain(log.statements(), run_result)
    return recorder.submitted(log, log.statements()[links.run_plans[-1]].predicate["submission"])


def _same(one: Promise, other: Promise) -> bool:
    """Return whether two clauses try the same and ask about the same."""

    def tried(promise: Promise) -> list[tuple[str, str, Mapping[str, Any]]]:
        return [(trying.scenario, trying.digest, dict(trying.parameters)) for trying in promise.tries]

    return tried(one) == tried(other) and parse(one.require).expression == parse(other.require).expression


def _known(log: Log, seq: int, promise: Promise, entry: Mapping[str, Any]) -> Known:
    said = log.statements()[seq].predicate
    links = rests.chain(log.statements(), said["run_result"])
    results = [log.statements()[result].predicate for result in links.run_results]
    low, high = width(entry["n"], entry["held"], entry["unknown"])
    return Known(
        entry=seq,
        release=said["release"],
        n=entry["n"],
        rate=entry["held"] / entry["n"],
        low=low,
        high=high,
        calls=asked(promise, results, tables_of(log, results)) / entry["n"],
    )


def asked(promise: Promise, results: list[Mapping[str, Any]], tables: Mapping[str, Any]) -> int:
    """Return how many answers of the target the done shards of a clause took.

    Args:
        promise: The clause.
        results: Predicates of run-results.
        tables: Digest -> rows of their observations.
    """
    total = 0
    done = {one["computed"]: one for result in results for one in result["shards"] if one["status"] == "done"}
    for shard in done.values():
        if shard["clause"] != promise.name:
            continue
        halves = [tables[shard[part]] for part in ("computed", "measured") if shard[part] in tables]
        columns = {name: values for half in halves for name, values in half.columns.items()}
        total += calls(promise, columns, halves[0].count)
    return total
