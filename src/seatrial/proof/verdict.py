"""From counts to verdicts to a decision: a pure function of recorded bytes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from seatrial.errors import CriterionError, EvidenceError
from seatrial.proof import bounds, rules
from seatrial.proof.criterion import Criterion, bounded, parse
from seatrial.proof.observation import Table

Row = Mapping[str, Any]
"""One case of one slice: column -> value, of both blobs of its shard."""

Slice = Mapping[tuple[str, int], Mapping[str, Any]]
"""What became of each shard of one run-plan: (clause, shard) -> its entry in the run-results."""

_NANO = 10**9


@dataclass(frozen=True, slots=True)
class Tally:
    """How the planned cases of a clause came out."""

    n: int
    """Cases planned."""
    held: int
    """Cases that held, or met the limit of a quantile; for a mean, the whole part of `total`."""
    unknown: int
    """Cases whose outcome is not known, those that are missing among them."""
    total: Fraction | None = None
    """Sum of the known values; None for a rate."""


def tally(criterion: Criterion, rows: Iterable[Row], n: int) -> Tally:
    """Return the counts of a clause.

    A case has held if it held in every draw; it is unknown if draws are unknown and none broke it.

    Args:
        criterion: What is counted.
        rows: Those that are there.
        n: Cases planned; what is missing is unknown.
    """
    if criterion.metric == "mean":
        values = [_value(row, criterion.arguments[0]) for row in rows]
        known = [Fraction(value) for value in values if value is not None and 0 <= value <= 1]
        total = sum(known, Fraction(0))
        return Tally(n, math.floor(total), n - len(known), total)
    outcomes = [_outcome(criterion, row) for row in rows]
    return Tally(n, outcomes.count(True), outcomes.count(None) + n - len(outcomes))


def clause_verdict(
    criterion: Criterion,
    tally: Tally,
    attempt: int,
    blocking: int,
    *,
    control_missed: bool,
    failed: bool,
    not_done: bool,
) -> str:
    """Return `held`, `breached`, `untried` or `unproven`.

    Args:
        criterion: What was promised.
        tally: What was seen.
        attempt: Number k of the attempt: held is tested at alpha / (k (k + 1)).
        blocking: Number m of the clauses that can block: breached is tested at alpha / m.
        control_missed: Whether an adversary of the clause overlooked a planted flaw.
        failed: Whether a shard failed, or there is no data.
        not_done: Whether a shard was not reached.
    """
    if control_missed:
        return "untried"
    good, bad, share = _sides(criterion, tally)
    rejected = bounds.rejected if tally.total is None else bounds.mean_rejected
    if rejected(tally.n, bad, 1 - share, criterion.alpha / max(1, blocking)):
        return "breached"
    if failed:
        return "untried"
    if not_done:
        return "unproven"
    return "held" if rejected(tally.n, good, share, bounds.alpha_at(criterion.alpha, attempt)) else "unproven"


def decide(
    plan: Mapping[str, Any],
    results: Sequence[Mapping[str, Any]],
    tables: Mapping[str, Table],
    attempt: int,
    waivers: Mapping[str, int],
    weaker: Sequence[str],
    *,
    stamp: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the predicate of a decision.

    Args:
        plan: The plan as JSON, with the criteria that are judged (`rules.judged`).
        results: Predicates of all run-results that count, in the order of the log: of every continued run-plan, and
            all of one run-plan up to the last that counts.
        tables: Digest -> rows, for every blob that the shards name.
        attempt: Number of the attempt within its campaign.
        waivers: Clause -> entry of the waiver that covers it.
        weaker: Clauses that ask less than an earlier charter did (`weaker.weaker`).
        stamp: The fields that are not computed: `release` (the charter's), `run_result` (entry of the last one that
            counts) and `as_of` (instant at which the waivers were looked at, seconds UTC; 0 if there are none).

    Raises:
        CriterionError: If a criterion has no bound in this release.
        EvidenceError: If a blob that a shard names is not there.
    """
    blocking = [name for name, clause in plan["clauses"].items() if not clause["advisory"]]
    slices = outcomes(results)
    clauses = {}
    for name, clause in plan["clauses"].items():
        criterion = parse(clause["require"])
        if reason := bounded(criterion):
            raise CriterionError(f"{name}: {reason}")
        seen, state = _seen(name, clause, slices, tables)
        if len(seen) > (clause["count"] + clause["members"]) * len(slices):
            raise EvidenceError(f"{name}: there are more rows than planned cases")
        counted = tally(criterion, seen, (clause["count"] + clause["members"]) * len(slices))
        missed = _control_missed(name, rules.controls_of(clause), results)
        verdict = clause_verdict(criterion, counted, attempt, len(blocking), control_missed=missed, **state)
        clauses[name] = _entry(counted, verdict, waived=name in waivers)
    used = {name: seq for name, seq in waivers.items() if name in clauses or name in weaker}
    return {
        **stamp,
        "model": plan["model"],
        "charter": plan["charter"],
        "clauses": clauses,
        "decision": _decision(plan["clauses"], clauses, [name for name in weaker if name not in used]),
        "weaker": sorted(weaker),
        "waivers": sorted(set(used.values())),
    }


def outcomes(results: Sequence[Mapping[str, Any]]) -> list[Slice]:
    """Return what became of each shard, per run-plan; a later result finishes shards, and never changes a done one."""
    slices: dict[int, dict[tuple[str, int], Mapping[str, Any]]] = {}
    for result in results:
        shards = slices.setdefault(result["run_plan"], {})
        for shard in result["shards"]:
            key = (shard["clause"], shard["shard"])
            if shards.get(key, {}).get("status") != "done":
                shards[key] = shard
    return list(slices.values())


def rows_of(shard: Mapping[str, Any], tables: Mapping[str, Table]) -> dict[bytes, dict[str, Any]]:
    """Return the rows of a done shard by case, both blobs joined.

    Raises:
        EvidenceError: If a blob is not there, the two are not about the same cases, or a column is in both: a replay
            compares the computed one alone.
    """
    rows: dict[bytes, dict[str, Any]] = {}
    known: set[str] = set()
    for kind in ("computed", "measured"):
        if shard[kind] is None:
            continue
        if shard[kind] not in tables:
            raise EvidenceError(f"{shard[kind]} is named by a shard of {shard['clause']}, and is not there")
        columns = tables[shard[kind]].columns
        if rows and rows.keys() != set(columns["case"]):
            raise EvidenceError(f"the two blobs of shard {shard['shard']} of {shard['clause']} are about other cases")
        if twice := sorted(known.intersection(columns)):
            told = ", ".join(twice)
            raise EvidenceError(f"both blobs of shard {shard['shard']} of {shard['clause']} have {told}")
        known.update(columns.keys() - {"case"})
        for at, case in enumerate(columns["case"]):
            rows.setdefault(case, {}).update({name: values[at] for name, values in columns.items()})
    return rows


def _seen(
    name: str, clause: Mapping[str, Any], slices: Sequence[Slice], tables: Mapping[str, Table]
) -> tuple[list[Row], dict[str, bool]]:
    """Return the rows of a clause over all slices, and whether shards failed or were not done."""
    seen: list[Row] = []
    failed = not_done = False
    for shards in slices:
        rows: dict[bytes, dict[str, Any]] = {}
        for shard in (shard for (owner, _), shard in shards.items() if owner == name):
            failed |= shard["status"] == "failed"
            not_done |= shard["status"] == "not_done"
            rows |= rows_of(shard, tables) if shard["status"] == "done" else {}
        not_done |= len(rows) < clause["count"] + clause["members"]
        seen += rows.values()
    return seen, {"failed": failed or not seen, "not_done": not_done}


def _control_missed(clause: str, planned: frozenset[str], results: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a control of this clause, planned or named in a result, was missed or not run in any result."""
    return any(
        result["controls"].get(control) != "found"
        for result in results
        for control in planned.union(result["control_of"].get(clause, ()))
    )


def _entry(tally: Tally, verdict: str, *, waived: bool) -> dict[str, Any]:
    nano = None if tally.total is None else math.floor(tally.total * _NANO)
    total = None if nano is None else f"{nano // _NANO}.{nano % _NANO:09d}"
    counts = {"n": tally.n, "held": tally.held, "unknown": tally.unknown, "total": total}
    return {"verdict": verdict, **counts, "waived": waived}


def _decision(promised: Mapping[str, Any], clauses: Mapping[str, Any], weaker: Sequence[str]) -> str:
    open_ = {
        name: entry["verdict"]
        for name, entry in clauses.items()
        if entry["verdict"] != "held" and not entry["waived"] and not promised[name]["advisory"]
    }
    if any(verdict == "breached" and promised[name]["severity"] == "critical" for name, verdict in open_.items()):
        return "reject"
    nothing = all(clause["advisory"] for clause in promised.values())
    return "hold" if open_ or weaker or nothing else "deploy"


def _sides(criterion: Criterion, tally: Tally) -> tuple[Any, Any, Fraction]:
    """Return what counts for the promise, what counts against it, and the share that is promised."""
    share, quantile = criterion.limit, criterion.quantile
    good: int | Fraction = tally.held if tally.total is None else tally.total
    if quantile is not None:
        share = quantile if criterion.comparison == "<=" else 1 - quantile
    elif criterion.comparison == "<=":
        good, share = tally.n - tally.unknown - good, 1 - share
    return good, tally.n - tally.unknown - good, share


def _outcome(criterion: Criterion, row: Row) -> bool | None:
    """Return whether a case held, or met the limit of a quantile; None if that is not known."""
    if criterion.quantile is None:
        if "held" not in row:
            return None
        if row["held"] == row["draws"]:
            return True
        return None if row["held"] + row["unknown"] == row["draws"] else False
    value = _value(row, criterion.arguments[0])
    if value is None:
        return None
    limit = float(criterion.limit)  # so that a recorded 0.05 s is not above 50 ms
    return value <= limit if criterion.comparison == "<=" else value >= limit


def _value(row: Row, metric: str) -> float | Fraction | None:
    """Return the value of a metric for a case; None if it is not known."""
    if metric == "held_rate":
        return Fraction(row["held"], row["draws"]) if row.get("unknown") == 0 else None
    value = row.get(f"value:{metric}", row.get(metric))
    return None if not isinstance(value, float) or math.isnan(value) else value
