"""From counts to verdicts to a decision: a pure function of recorded bytes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seatrial.errors import CriterionError, EvidenceError
from seatrial.proof import bounds, rules
from seatrial.proof.claims import proved, refuted
from seatrial.proof.criterion import Criterion, bounded, parse
from seatrial.proof.observation import Table
from seatrial.proof.tally import Row, Tally, tally

Slice = Mapping[tuple[str, int], Mapping[str, Any]]
"""What became of each shard of one run-plan: (clause, shard) -> its entry in the run-results."""

_NANO = 10**9


def clause_verdict(
    criterion: Criterion,
    seen: Tally,
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
        seen: What was seen.
        attempt: Number k of the attempt: held is tested at alpha / (k (k + 1)).
        blocking: Number m of the clauses that can block: breached is tested at alpha / m.
        control_missed: Whether an adversary of the clause overlooked a planted flaw.
        failed: Whether a shard failed, or there is no data.
        not_done: Whether a shard was not reached.
    """
    if control_missed:
        return "untried"
    if refuted(criterion, seen, criterion.alpha / max(1, blocking)):
        return "breached"
    if failed:
        return "untried"
    if not_done:
        return "unproven"
    held = proved(criterion, seen, bounds.alpha_at(criterion.alpha, attempt))
    return "held" if held else "unproven"


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is of a clause over all slices."""

    slices: tuple[tuple[Row, ...], ...]
    """Rows of each slice, in the order of its shards."""
    planned: int
    """Cases that were to be seen: all, but for those that a plan that stops early had no more need of."""
    failed: bool
    not_done: bool

    def tally(self, criterion: Criterion, *, early: bool) -> Tally:
        """Return the counts."""
        return tally(criterion, self.slices, self.planned, early=early)


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
    blocking, early = blocking_of(plan), rules.stops_early(plan)
    slices = outcomes(results)
    clauses = {}
    for name, clause in plan["clauses"].items():
        criterion = parse(clause["require"])
        if reason := bounded(criterion):
            raise CriterionError(f"{name}: {reason}")
        found = seen_of(plan, name, slices, tables)
        if sum(map(len, found.slices)) > found.planned:
            raise EvidenceError(f"{name}: there are more rows than planned cases")
        counted = found.tally(criterion, early=early)
        state = {"failed": found.failed, "not_done": found.not_done}
        missed = _control_missed(name, rules.controls_of(clause), results)
        verdict = clause_verdict(criterion, counted, attempt, blocking, control_missed=missed, **state)
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


def seen_of(plan: Mapping[str, Any], name: str, slices: Sequence[Slice], tables: Mapping[str, Table]) -> Seen:
    """Return the rows of a clause over all slices, and whether shards failed or were not done.

    Args:
        plan: The plan as JSON.
        name: The clause.
        slices: What became of each shard, per run-plan (`outcomes`).
        tables: Digest -> rows, for every blob that the shards name.

    Raises:
        EvidenceError: If a blob is not there, or two of one shard do not fit together.
    """
    clause, parts, planned = plan["clauses"][name], list[tuple[Row, ...]](), 0
    failed = not_done = False
    for shards in slices:
        mine = {index: shard for (owner, index), shard in sorted(shards.items()) if owner == name}
        failed |= any(shard["status"] == "failed" for shard in mine.values())
        not_done |= any(shard["status"] == "not_done" for shard in mine.values())
        rows: dict[bytes, dict[str, Any]] = {}
        for shard in mine.values():
            rows |= rows_of(shard, tables) if shard["status"] == "done" else {}
        sizes = rules.cuts(plan, name)
        spared = {index for index, shard in mine.items() if _spared(plan, shard)}
        wanted = sum(size for index, size in enumerate(sizes) if index not in spared)
        not_done |= len(rows) < wanted
        parts.append(_whole(parse(clause["require"]), tuple(rows.values()), cut=bool(spared)))
        planned += wanted - (len(rows) - len(parts[-1]))
    return Seen(tuple(parts), planned, failed or not any(parts), not_done)


def blocking_of(plan: Mapping[str, Any]) -> int:
    """Return how many clauses of a plan can block."""
    return sum(not clause["advisory"] for clause in plan["clauses"].values())


def _spared(plan: Mapping[str, Any], shard: Mapping[str, Any]) -> bool:
    """Return whether a shard was not needed any more; only a plan that stops early can say so."""
    return rules.stops_early(plan) and bool(shard["status"] == "not_needed")


def _whole(criterion: Criterion, rows: tuple[Row, ...], *, cut: bool) -> tuple[Row, ...]:
    """Return rows without the last unit where the slice was cut short in it: half of a unit is none."""
    if not cut or not criterion.clustered or not rows:
        return rows
    return tuple(row for row in rows if row.get("group") != rows[-1].get("group"))


def _control_missed(clause: str, planned: frozenset[str], results: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a control of this clause, planned or named in a result, was missed or not run in any result."""
    return any(
        result["controls"].get(control) != "found"
        for result in results
        for control in planned.union(result["control_of"].get(clause, ()))
    )


def _entry(seen: Tally, verdict: str, *, waived: bool) -> dict[str, Any]:
    nano = None if seen.total is None else math.floor(seen.total * _NANO)
    total = None if nano is None else f"{nano // _NANO}.{nano % _NANO:09d}"
    counts = {"n": seen.n, "held": seen.held, "unknown": seen.unknown, "total": total}
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
