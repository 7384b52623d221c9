"""What a decision rests on: which entries of the log count for it, and which blobs a verifier needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seatrial.errors import EvidenceError
from seatrial.proof import canonical
from seatrial.proof.statement import Statement
from seatrial.proof.weaker import earlier_charters


@dataclass(frozen=True, slots=True)
class Chain:
    """The entries that a verdict is over: one run-plan for each slice, earliest first."""

    run_plans: tuple[int, ...]
    run_results: tuple[int, ...]
    """Those that count, in the order of the log."""


def chain(statements: Sequence[Statement], run_result: int) -> Chain:
    """Return what a run-result stands for: its run-plan's results up to it, and those that it continues.

    Raises:
        EvidenceError: If an entry refers to one that is not before it, or of another kind.
    """
    run_plans: list[int] = []
    run_results: list[int] = []
    last: int | None = run_result
    before = len(statements)
    while last is not None:
        result = entry(statements, last, "run-result", before)
        planned = result.predicate["run_plan"]
        run_plan = entry(statements, planned, "run-plan", last)
        same = (
            seq
            for seq in range(planned, last + 1)
            if statements[seq].kind == "run-result" and statements[seq].predicate["run_plan"] == planned
        )
        run_plans, run_results = [planned, *run_plans], [*same, *run_results]
        before, last = planned, run_plan.predicate["continues"]
    return Chain(tuple(run_plans), tuple(run_results))


def submission(statements: Sequence[Statement], run_result: int) -> int:
    """Return the entry of the submission that a run-result belongs to.

    Raises:
        EvidenceError: If an entry refers to one that is not before it, or of another kind.
    """
    planned = entry(statements, run_result, "run-result", len(statements)).predicate["run_plan"]
    made_for: int = entry(statements, planned, "run-plan", run_result).predicate["submission"]
    entry(statements, made_for, "submission", planned)
    return made_for


def entry(statements: Sequence[Statement], seq: int, kind: str, before: int) -> Statement:
    """Return an entry that another one refers to.

    Raises:
        EvidenceError: If it does not stand before that one, or is of another kind.
    """
    if not seq < before:
        raise EvidenceError(f"entry {seq} is referred to as a {kind}, but does not stand before its reader")
    if statements[seq].kind != kind:
        raise EvidenceError(f"entry {seq} is referred to as a {kind}, but is a {statements[seq].kind}")
    return statements[seq]


def needed(statements: Sequence[Statement], decision: int, get: Callable[[str], bytes]) -> list[str]:
    """Return the digests of all blobs that a verifier of one decision needs, sorted (stimuli may be withheld).

    Args:
        statements: The whole log.
        decision: Entry of the decision.
        get: Blob by digest; asked for plans only.

    Raises:
        EvidenceError: If references in the log do not hold.
    """
    asked = entry(statements, decision, "decision", len(statements))
    links = chain(statements[:decision], asked.predicate["run_result"])
    found = {asked.predicate["charter"], *earlier_charters(statements[:decision], asked.model)}
    for statement in statements[: links.run_plans[-1] + 1]:
        if statement.kind == "run-plan":
            found.add(statement.predicate["slice"])
    for seq in links.run_plans:
        submission = statements[statements[seq].predicate["submission"]].predicate
        plan = canonical.loads(get(submission["plan"]))
        found |= {submission["plan"], submission["charter"], plan["pool"]}
        found |= {plan["manifest"]} if plan.get("manifest") else set()
        if any(clause["members"] for clause in plan["clauses"].values()):
            found.add(plan["members"])
    for seq in links.run_results:
        found |= set(_blobs(statements[seq].predicate))
    return sorted(found)


def _blobs(result: Mapping[str, Any]) -> Iterator[str]:
    for shard in result["shards"]:
        yield from (shard[kind] for kind in ("computed", "measured") if shard[kind] is not None)
