"""When a clause needs no more shards: a pure function of what was recorded, the same at home and at the auditor's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seatrial.proof import bounds, rules
from seatrial.proof.claims import proved, refuted
from seatrial.proof.criterion import parse
from seatrial.proof.observation import Table
from seatrial.proof.verdict import Slice, blocking_of, seen_of


def settled(
    plan: Mapping[str, Any], name: str, slices: Sequence[Slice], tables: Mapping[str, Table], attempt: int
) -> str:
    """Return `held` or `breached` if the shards so far settle a clause of a plan that stops early; else empty.

    The doubt is that of the verdict: alpha / (k (k + 1)) for held, alpha / m for breached, one process for each.  A
    failed shard counts as unknown and keeps a clause from being held.  A gap is never settled early.

    Args:
        plan: The plan as JSON, as it was submitted.
        name: The clause.
        slices: What became of the shards (`verdict.outcomes`); of the last slice only those that count so far.
        tables: Digest -> rows of their blobs.
        attempt: Number of the attempt.
    """
    criterion = parse(plan["clauses"][name]["require"])
    if not rules.stops_early(plan) or criterion.metric == "gap":
        return ""
    seen = seen_of(plan, name, (*slices[:-1], _so_far(plan, name, slices[-1])), tables)
    counted = seen.tally(criterion, early=True)
    if refuted(criterion, counted, criterion.alpha / max(1, blocking_of(plan))):
        return "breached"
    if seen.failed or seen.not_done:
        return ""
    return "held" if proved(criterion, counted, bounds.alpha_at(criterion.alpha, attempt)) else ""


def not_needed(
    plan: Mapping[str, Any], name: str, slices: Sequence[Slice], tables: Mapping[str, Table], attempt: int
) -> str:
    """Return what is wrong with the shards that a clause had no need of in the last slice; empty if nothing is."""
    mine = {index: shard["status"] for (owner, index), shard in slices[-1].items() if owner == name}
    spared = [index for index, status in sorted(mine.items()) if status == "not_needed"]
    if not spared:
        return ""
    if not rules.stops_early(plan):
        return "leaves shards out, and its plan does not stop early"
    if spared != list(range(spared[0], len(rules.cuts(plan, name)))):
        return "leaves a shard out before others that it has"
    before = {key: shard for key, shard in slices[-1].items() if key[0] != name or key[1] < spared[0]}
    if not settled(plan, name, (*slices[:-1], before), tables, attempt):
        return f"stops before shard {spared[0]}, and what was seen until then settles nothing"
    return ""


def _so_far(plan: Mapping[str, Any], name: str, shards: Slice) -> Slice:
    """Return the shards of a slice with those that have not had their turn taken as not needed."""
    absent = {"clause": name, "status": "not_needed", "computed": None, "measured": None}
    later = {(name, index): absent for index in range(len(rules.cuts(plan, name))) if (name, index) not in shards}
    return {**shards, **later}
