"""One gate, written down: submission, run-plan before the run, run-result, environment, decision.

Every function looks before it appends, under the lock, so a killed process can be run again from the start and two
processes that gate the same trial share one record.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seatrial.charter.charter import Charter
from seatrial.errors import CasesError, EvidenceError, Problem, ReplayMismatch, StoreError
from seatrial.evidence import history
from seatrial.evidence.environment import PACKED, packed, unpacked
from seatrial.evidence.log import Log
from seatrial.plan.plan import Plan, plan_from
from seatrial.proof import manifest, rests, rules, samples, statement

COMPARED = ("status", "computed")
"""What of a shard decides whether two results are the same; what was measured is signed and never compared."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A run-plan that is in the log: what the run must follow, whatever the working tree says now."""

    run_plan: int
    submission: int
    attempt: int
    nonce: bytes
    cases: tuple[bytes, ...]
    """The slice, in draw order; a clause tries the first `count` of them."""
    members: tuple[bytes, ...]
    """Training cases for membership probes, in draw order."""
    continues: int | None
    """The run-result that this one adds cases to."""
    plan: Plan
    """The plan that was submitted; a replay under another charter follows this one."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a result was made in."""

    seq: int
    """Entry of the log."""
    fields: Mapping[str, str]
    """The whole fingerprint."""
    started: str
    """ISO instant in UTC, by the runner's own clock, like `ended`."""
    ended: str


@dataclass(frozen=True, slots=True)
class ShardRecord:
    """What became of one shard, as the trial hands it over."""

    clause: str
    shard: int
    status: str
    """`done`, `failed`, `not_done`, or `not_needed` where the clause was settled before."""
    computed: bytes | None = None
    measured: bytes | None = None
    stimuli: bytes | None = None
    reason: str = ""


def start(log: Log, plan: Plan, charter: Charter, submitter: str, *, again: bool = False) -> Begun:
    """Return the run-plan to follow: that of a replay, or of a submission that is made now.

    The look ahead, the submission and the run-plan happen under one lock, so nobody takes the cases in between.

    Raises:
        InputError: If the charter is another system's.
        CasesError: If the cases are used up or a criterion is out of reach; nothing was spent.
    """
    with log.locked():
        return begin(log, submit(log, plan, charter, submitter, again=again))


def submit(log: Log, plan: Plan, charter: Charter, submitter: str, *, again: bool = False) -> int:
    """Log that this model is submitted under this plan, and return the entry; of a replay, the entry that is there.

    Args:
        log: The system's log; its store must hold the pool and the members.
        plan: Compiled from the charter.
        charter: It is stored beside the plan, as canonical JSON and as it was written.
        submitter: Name of who submits; never counts as an approver.
        again: Whether more cases are asked for where the trial has a result.

    Raises:
        InputError: If the charter is another system's.
        CasesError: If the cases are used up or a criterion is out of reach; nothing was spent.
    """
    history.check_system(log, charter.system)
    with log.locked():
        ahead = history.outlook(log, plan, charter.release, again=again)
        if ahead.replay:
            return ahead.replay.submission
        if ahead.problems:
            raise CasesError(*ahead.problems)
        log.store.put(charter.source)
        predicate = {
            "release": charter.release,
            "model": plan.model,
            "charter": log.store.put(charter.canonical),
            "trial": plan.trial,
            "plan": log.store.put(plan.blob),
            "submitter": submitter,
        }
        payload = statement.write("submission", plan.model, predicate, artifact=_artifact(log, plan))
        return log.append(payload)


def begin(log: Log, submission: int) -> Begun:
    """Draw nonce, cases and members of a submission, log the run-plan, and return it; or the one that is there.

    Raises:
        CasesError: If others drew the cases while this submission lay abandoned.
        EvidenceError: If the trial has an earlier record that cannot be continued.
    """
    with log.locked():
        if there := history.seqs(log.statements(), "run-plan", submission=submission):
            return begun(log, there[0])
        drawn = draw(log, submission)
        predicate = {
            "submission": submission,
            "attempt": drawn.attempt,
            "nonce": drawn.nonce.hex(),
            "checkpoint": base64.b64encode(log.checkpoint_of_size(submission + 1)).decode(),
            "slice": log.store.put(b"".join(drawn.cases)),
            "members": log.store.put(b"".join(drawn.members)) if drawn.members else None,
            "continues": drawn.continues,
        }
        log.append(statement.write("run-plan", drawn.plan.model, predicate))
        return drawn


def draw(log: Log, submission: int) -> Begun:
    """Return what a run-plan of this submission would say if it came next in the log.

    The nonce is the hash of the signed checkpoint that first holds the submission: nobody could know it before.

    Raises:
        CasesError: If fewer cases are left than an attempt opens.
    """
    statements = log.statements()
    plan = submitted(log, submission)
    nonce = rules.nonce(log.checkpoint_of_size(submission + 1))
    left = history.fresh_cases(log, plan, before=len(statements))
    if len(left) < plan.take:
        what = f"{len(left)} gate cases are left, entry {submission} was submitted for {plan.take}"
        raise CasesError(Problem("cases", what, "add gate cases and gate again; this submission stays abandoned"))
    return Begun(
        run_plan=len(statements),
        submission=submission,
        attempt=rules.attempt(statements, submission),
        nonce=nonce,
        cases=rules.slice_of(nonce, left, plan.take, units=rules.read_pool(log.store.get(plan.pool)).units),
        members=_members(log, plan, nonce),
        continues=history.to_continue(statements, submission),
        plan=plan,
    )


def begun(log: Log, run_plan: int) -> Begun:
    """Return a run-plan that is in the log."""
    said = log.statements()[run_plan].predicate
    members = said["members"]
    return Begun(
        run_plan=run_plan,
        submission=said["submission"],
        attempt=said["attempt"],
        nonce=bytes.fromhex(said["nonce"]),
        cases=history.split(log.store.get(said["slice"])),
        members=history.split(log.store.get(members)) if members else (),
        continues=said["continues"],
        plan=submitted(log, said["submission"]),
    )


def submitted(log: Log, submission: int) -> Plan:
    """Return the plan of a submission."""
    return plan_from(log.store.get(log.statements()[submission].predicate["plan"]))


def finish(
    log: Log,
    run_plan: int,
    shards: Sequence[ShardRecord],
    controls: Mapping[str, str],
    control_of: Mapping[str, Sequence[str]],
) -> int:
    """Log what a run gave, and return the entry; if it says what the last one said, that one.

    A shard that is done stays as it was first recorded; failed and undone ones may be finished later.  A control
    keeps its first answer, so that a missed one cannot be tried until it is found.

    Args:
        log: The system's log.
        run_plan: Entry of the run-plan that was followed.
        shards: Every shard of the plan.
        controls: Control -> `found` or `missed`.
        control_of: Clause -> the controls that its adversaries had to find.

    Raises:
        ReplayMismatch: If a shard that was done has other computed bytes now; with every such shard.
    """
    with log.locked():
        before = history.last(log.statements(), "run-result", run_plan=run_plan)
        said = {} if before is None else log.statements()[before].predicate
        merged = {
            "run_plan": run_plan,
            "shards": _merged(said.get("shards", []), [_entry(log, run_plan, record) for record in shards]),
            "controls": {**controls, **said.get("controls", {})},
            "control_of": {name: sorted(ids) for name, ids in control_of.items()},
        }
        if before is not None and _same(said, merged):
            return before
        model = log.statements()[run_plan].model
        return log.append(statement.write("run-result", model, merged))


def environment(log: Log, run_result: int, fields: Mapping[str, str], *, started: str, ended: str) -> int:
    """Log what a result was made in, and return the entry; the first account of a result stands.

    Args:
        log: The system's log.
        run_result: Entry of the result.
        fields: A fingerprint (`environment.fingerprint`).
        started: ISO instant in UTC, by the runner's own clock: signed, and believed by nobody.
        ended: The same, of the end.
    """
    with log.locked():
        if there := history.seqs(log.statements(), "environment", run_result=run_result):
            return there[0]
        kept, packages = packed(fields)
        if PACKED in kept:
            log.store.put(packages)
        predicate = {"run_result": run_result, "fields": kept, "started": started, "ended": ended}
        return log.append(statement.write("environment", log.statements()[run_result].model, predicate))


def made_in(log: Log, run_result: int) -> Surroundings | None:
    """Return what a result was made in, whole; None if nobody wrote it down.

    The long list of packages is a blob; where that is not at hand, its digest stands for it.
    """
    there = history.seqs(log.statements(), "environment", run_result=run_result)
    if not there:
        return None
    said = log.statements()[there[0]].predicate
    try:
        fields = unpacked(said["fields"], log.store.get)
    except StoreError:
        fields = dict(said["fields"])
    return Surroundings(there[0], fields, said["started"], said["ended"])


def decide(log: Log, predicate: Mapping[str, Any]) -> int:
    """Log a decision, and return the entry; if one is there that says the same, that one.

    Two decisions that rest on the same waivers say the same, whenever these were looked at: so approvals of the first
    stand as long as its waivers do.

    Args:
        log: The system's log.
        predicate: What `decision.judge.judge` returned.
    """
    with log.locked():
        for seq, said in enumerate(log.statements()):
            if said.kind == "decision" and _lasting(said.predicate) == _lasting(predicate):
                return seq
        submitted = rests.submission(log.statements(), predicate["run_result"])
        return log.append(
            statement.write("decision", predicate["model"], predicate, artifact=log.statements()[submitted].artifact)
        )


def _lasting(decision: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in decision.items() if name != "as_of"}


def _artifact(log: Log, plan: Plan) -> str:
    """Return the digest of the model's files alone, as the manifest in the plan has it; empty if there is none."""
    return (manifest.read(log.store.get(plan.manifest)).artifact or "") if plan.manifest else ""


def _members(log: Log, plan: Plan, nonce: bytes) -> tuple[bytes, ...]:
    wanted = history.members_wanted(plan)
    return rules.members_of(nonce, history.split(log.store.get(plan.members)), wanted) if wanted else ()


def _entry(log: Log, run_plan: int, record: ShardRecord) -> dict[str, Any]:
    """Return the fields of a shard, its blobs stored."""
    stored = {name: None if data is None else log.store.put(data) for name, data in _halves(record)}
    named = {"clause": record.clause, "shard": record.shard, "status": record.status, "reason": record.reason}
    return {**named, **stored, "stimuli": _kept(log, run_plan, record)}


def _halves(record: ShardRecord) -> tuple[tuple[str, bytes | None], ...]:
    return ("computed", record.computed), ("measured", record.measured)


def _kept(log: Log, run_plan: int, record: ShardRecord) -> str | None:
    """Store each kept sample of a shard under a salt of its own, and return the digest of their index."""
    if record.stimuli is None:
        return None
    secret = log.secret(samples.LABEL + bytes.fromhex(log.statements()[run_plan].predicate["nonce"]))
    listed = []
    for one in samples.split(record.stimuli):
        salt = samples.salt(secret, record.clause, record.shard, one.case)
        listed.append(samples.Listed(one.case, one.form, log.store.put(salt + one.data)))
    return log.store.put(samples.index(listed))


def _merged(before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the shards of both, in order; what was done before stands, and must have come out the same."""
    done = {(s["clause"], s["shard"]): s for s in before if s["status"] == "done"}
    again = {(s["clause"], s["shard"]): s for s in now}
    differ = [
        Problem(f"shard {key[1]} of {key[0]}", "came out with other bytes than recorded")
        for key, shard in again.items()
        if key in done and shard["status"] == "done" and shard["computed"] != done[key]["computed"]
    ]
    if differ:
        raise ReplayMismatch(*differ, Problem("", "nothing was recorded", "compare the two environments"))
    if before and again.keys() != {(s["clause"], s["shard"]) for s in before}:
        raise EvidenceError("the result is cut into other shards than the one recorded before it")
    both = {**again, **done}
    return [both[key] for key in sorted(both)]


def _same(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Return whether two results of one run-plan say the same; reasons are free text and are not compared."""
    shards = [[[s[name] for name in COMPARED] for s in said["shards"]] for said in (before, now)]
    return shards[0] == shards[1] and all(before[name] == now[name] for name in ("controls", "control_of"))
