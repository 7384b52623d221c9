"""Checks of the story that the log tells: references, attempts, nonces, slices, shards."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from seatrial.errors import EvidenceError, Problem
from seatrial.proof import canonical, merkle, rules
from seatrial.proof.checkpoint import read as read_checkpoint
from seatrial.proof.reading import Reading, at, reuses
from seatrial.proof.rests import entry
from seatrial.proof.stopping import not_needed
from seatrial.proof.verdict import outcomes, rows_of

_REFERENCES = {
    "run-plan": (("submission", "submission"), ("continues", "run-result")),
    "run-result": (("run_plan", "run-plan"),),
    "environment": (("run_result", "run-result"),),
    "decision": (("run_result", "run-result"), ("waivers", "waiver")),
}


def references(reading: Reading) -> Iterator[Problem]:
    """Find entries that refer to what is not before them, of another kind, or about another model."""
    run: set[int] = set()
    for seq, said in enumerate(reading.statements):
        for field, kind in _REFERENCES.get(said.kind, ()):
            yield from _refers(reading, seq, field, kind)
        if said.kind == "run-plan":
            if said.predicate["submission"] in run:
                yield Problem(f"entry {seq}", "is a second run-plan of one submission")
            run.add(said.predicate["submission"])


def attempts(reading: Reading) -> Iterator[Problem]:
    """Find attempts that are counted wrongly, and results of the same trial that are passed over."""
    numbers = rules.attempts(reading.statements)
    last: dict[str, int] = {}
    for seq, said in enumerate(reading.statements):
        if said.kind == "run-result":
            last[reading.submission(said.predicate["run_plan"])["trial"]] = said.predicate["run_plan"]
        elif said.kind == "run-plan":
            submission, attempt = said.predicate["submission"], said.predicate["attempt"]
            if numbers.get(submission) != attempt:
                yield Problem(f"entry {seq}", f"says attempt {attempt}; it is attempt {numbers.get(submission)}")
            continued = said.predicate["continues"]
            owner = None if continued is None else reading.statements[continued].predicate["run_plan"]
            if owner != last.get(reading.submission(seq)["trial"]):
                yield Problem(f"entry {seq}", "does not continue the last result of the same trial")


def nonces(reading: Reading) -> Iterator[Problem]:
    """Find nonces that do not follow from the checkpoint that first held the submission."""
    tree, roots = merkle.Tree(), [b""]
    wanted = {said.predicate["submission"] + 1 for _, said in reading.of_kind("run-plan")}
    for leaf in reading.leaves:
        tree.append(leaf)
        roots.append(tree.root() if tree.size in wanted else b"")
    for seq, said in reading.of_kind("run-plan"):
        signed = base64.b64decode(said.predicate["checkpoint"])
        size = said.predicate["submission"] + 1
        try:
            found = read_checkpoint(signed, reading.trust.origin, reading.keyring.checkpoint_key(size))
        except EvidenceError as error:
            yield from at(seq, error)
            continue
        if (found.size, found.root) != (size, roots[size]):
            yield Problem(f"entry {seq}", "its checkpoint is not the one that first held its submission")
        if rules.nonce(signed).hex() != said.predicate["nonce"]:
            yield Problem(f"entry {seq}", "its nonce does not follow from its checkpoint")


def slices(reading: Reading) -> Iterator[Problem]:
    """Find slices that were not drawn by the nonce from cases that nobody had opened."""
    opened: set[bytes] = set()
    for seq, said in reading.of_kind("run-plan"):
        if seq > reading.chain.run_plans[-1]:
            return
        try:
            cases = reading.cases(said.predicate["slice"])
            yield from _wrongly_drawn(reading, seq, cases, opened)
            opened.update(cases)
        except EvidenceError as error:
            yield from at(seq, error)


def stops(reading: Reading) -> Iterator[Problem]:
    """Find shards that were left out although nothing was settled, and rows that are not in the order of the draw."""
    for run_plan in reading.chain.run_plans:
        plan = reading.plan(run_plan)
        upto = [seq for seq in reading.chain.run_results if reading.statements[seq].predicate["run_plan"] <= run_plan]
        said = [reading.statements[seq].predicate for seq in upto]
        named = {shard[kind] for one in said for shard in one["shards"] for kind in ("computed", "measured")} - {None}
        tables = {digest: reading.table(digest) for digest in named}
        slices, attempt = outcomes(said), reading.statements[run_plan].predicate["attempt"]
        for name, clause in plan["clauses"].items():
            where = f"run-plan {run_plan}, {name}"
            if what := not_needed(plan, name, slices, tables, attempt):
                yield Problem(where, what)
            if rules.stops_early(plan):
                drawn = reading.drawn(run_plan, clause["count"], clause["members"])
                yield from _out_of_order(where, rules.cuts(plan, name), drawn, (slices[-1], name, tables))


def _out_of_order(
    where: str, sizes: list[int], drawn: tuple[bytes, ...], done: tuple[Mapping[Any, Any], str, Mapping[str, Any]]
) -> Iterator[Problem]:
    """Find shards that are not the next so many cases of the draw: a stop is only fair to cases in that order."""
    shards, name, tables = done
    first = 0
    for index, size in enumerate(sizes):
        shard = shards.get((name, index))
        if shard and shard["status"] == "done" and tuple(rows_of(shard, tables)) != drawn[first : first + size]:
            yield Problem(where, f"shard {index} is not made of the cases that were next in the draw")
        first += size


def results(reading: Reading) -> Iterator[Problem]:
    """Find shards that were changed after they were done, and rows of cases that were not drawn, twice, or missing."""
    done: dict[tuple[int, str, int], Any] = {}
    for seq, said in reading.of_kind("run-result"):
        for shard in said.predicate["shards"]:
            key = (said.predicate["run_plan"], shard["clause"], shard["shard"])
            if key in done and done[key] != shard:
                yield Problem(f"entry {seq}", f"changes shard {key[2]} of {key[1]}, which was done")
            if shard["status"] == "done":
                done[key] = shard
    for run_plan in reading.chain.run_plans:
        yield from _wrong_rows(reading, run_plan)


def _refers(reading: Reading, seq: int, field: str, kind: str) -> Iterator[Problem]:
    said = reading.statements[seq]
    named = said.predicate[field]
    for target in named if isinstance(named, list) else [] if named is None else [named]:
        try:
            if entry(reading.statements, target, kind, seq).model != said.model:
                yield Problem(f"entry {seq}", f"refers to entry {target}, which is about another model")
        except EvidenceError as error:
            yield from at(seq, error)


def _wrongly_drawn(reading: Reading, seq: int, cases: tuple[bytes, ...], opened: set[bytes]) -> Iterator[Problem]:
    """Recompute a slice; one of another decision only where its plan and pool are there."""
    said, submitted = reading.statements[seq].predicate, reading.submission(seq)
    counts = seq in reading.chain.run_plans
    if not counts and not (reading.has(submitted["plan"]) and reading.has(reading.plan(seq)["pool"])):
        return
    plan, nonce = reading.plan(seq), bytes.fromhex(said["nonce"])
    pool = reading.pool(plan["pool"])
    free = rules.left(pool.gate, opened, plan["take"], reuse=reuses(plan), units=pool.units)
    if rules.slice_of(nonce, free, plan["take"], units=pool.units) != cases:
        yield Problem(f"entry {seq}", "its slice is not what its nonce draws from the cases that were left")
    if counts and _members(reading, plan, nonce) != said["members"]:
        yield Problem(f"entry {seq}", "its members are not what its nonce draws")


def _members(reading: Reading, plan: Mapping[str, Any], nonce: bytes) -> str | None:
    most = max(clause["members"] for clause in plan["clauses"].values())
    drawn = rules.members_of(nonce, reading.cases(plan["members"]), most) if most else ()
    return canonical.digest(b"".join(drawn)) if most else None


def _wrong_rows(reading: Reading, run_plan: int) -> Iterator[Problem]:
    mine = (reading.statements[seq].predicate for seq in reading.chain.run_results)
    (shards,) = outcomes([one for one in mine if one["run_plan"] == run_plan])
    clauses = reading.plan(run_plan)["clauses"]
    if unknown := sorted({clause for clause, _ in shards} - clauses.keys()):
        yield Problem(f"run-plan {run_plan}", f"has results of {unknown[0]!r}, which is no clause of its plan")
    for name, clause in clauses.items():
        where = f"run-plan {run_plan}, {name}"
        seen: set[bytes] = set()
        mine_done = [shard for (owner, _), shard in shards.items() if owner == name and shard["status"] == "done"]
        for shard in mine_done:
            yield from _wrong_header(reading, shard)
            tables = {shard[kind]: reading.table(shard[kind]) for kind in ("computed", "measured") if shard[kind]}
            rows = rows_of(shard, tables).keys()
            if not seen.isdisjoint(rows):
                yield Problem(where, "a case appears in two shards")
            seen |= rows
        drawn = set(reading.drawn(run_plan, clause["count"], clause["members"]))
        whole = len(mine_done) == sum(owner == name for owner, _ in shards)
        if not seen <= drawn or (whole and seen != drawn):
            yield Problem(where, "its rows are not those of the cases that were drawn for it")
        yield from _other_units(reading, run_plan, name, mine_done)


def _other_units(reading: Reading, run_plan: int, name: str, done: list[Mapping[str, Any]]) -> Iterator[Problem]:
    """Find rows that name another unit than the one that their case was drawn with."""
    units = reading.pool(reading.plan(run_plan)["pool"]).units
    if not units:
        return
    for shard in done:
        columns = reading.table(shard["computed"]).columns if shard["computed"] else {}
        named = zip(columns.get("case", ()), columns.get("group", ()), strict=False)
        if "group" not in columns or any(case in units and units[case] != rules.unit_of(one) for case, one in named):
            yield Problem(f"run-plan {run_plan}, {name}", f"shard {shard['shard']} names other units than its pool")


def _wrong_header(reading: Reading, shard: Mapping[str, Any]) -> Iterator[Problem]:
    for kind in ("computed", "measured"):
        if shard[kind] is None:
            continue
        table = reading.table(shard[kind])
        if (table.kind, table.clause, table.shard) != (kind, shard["clause"], shard["shard"]):
            yield Problem(shard[kind], f"is not the {kind} blob of shard {shard['shard']} of {shard['clause']}")
