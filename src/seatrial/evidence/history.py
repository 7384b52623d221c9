"""What a log already knows: earlier records of a trial, spent cases, and what a submission would meet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from seatrial.errors import EvidenceError, InputError, Problem
from seatrial.evidence.log import Log
from seatrial.plan.plan import Plan
from seatrial.proof import bounds, canonical, claims, criterion, rules
from seatrial.proof.reading import reuses
from seatrial.proof.rests import chain
from seatrial.proof.statement import Statement


@dataclass(frozen=True, slots=True)
class Replay:
    """The last record of a trial: what is there need not be done again."""

    submission: int
    """Its `seq`, like those below."""
    run_plan: int | None
    """None if the process was killed before it drew its cases."""
    result: int | None
    """The latest result; it may have failed or undone shards."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a submission would meet, known before it is logged."""

    attempt: int
    """Number that it would have in its campaign; of a replay, the number that it has."""
    left: int
    """Gate cases that it may draw from."""
    slices: int
    """Slices that its verdict would be over: 1, or more if it continues."""
    replay: Replay | None
    """The earlier record that would be reused instead; then nothing is spent."""
    problems: tuple[Problem, ...]
    """Why it must not be submitted; empty if nothing speaks against it."""


def check_system(log: Log, system: str) -> None:
    """Refuse a charter of another system: a log belongs to one.

    Raises:
        InputError: If the log's origin does not end in this system's name.
    """
    if log.origin.rpartition("/")[2] != system:
        what = f"this is the log {log.origin!r}, the charter is of the system {system!r}"
        raise InputError(Problem("system.name", what, "name this system's own log with --log"))


def seqs(statements: Sequence[Statement], kind: str, **fields: object) -> list[int]:
    """Return the entries of a kind whose fields have these values, oldest first."""
    return [
        seq
        for seq, said in enumerate(statements)
        if said.kind == kind and all(said.predicate[name] == value for name, value in fields.items())
    ]


def find_replay(log: Log, trial: str) -> Replay | None:
    """Return the last record of a trial in the whole log, or None if it was never submitted.

    A submission that was not run before the log key changed is none: nobody can sign again the checkpoint that its
    nonce comes from.  It stays in the log, and counts as an attempt.
    """
    statements, ring = log.statements(), log.keyring
    submission = last(statements, "submission", trial=trial)
    if submission is None:
        return None
    run_plan = last(statements, "run-plan", submission=submission)
    if run_plan is None and ring.log_key(submission) != ring.log_key(len(statements)):
        return None
    result = None if run_plan is None else last(statements, "run-result", run_plan=run_plan)
    return Replay(submission, run_plan, result)


def outlook(log: Log, plan: Plan, release: str, *, again: bool = False) -> Outlook:
    """Return what submitting this plan would mean, without writing anything.

    Args:
        log: The system's log; its store must hold the pool.
        plan: What would be submitted.
        release: The charter's release.
        again: Whether `--again` was asked for: more cases for a trial that has a result.
    """
    statements = log.statements()
    found = find_replay(log, plan.trial)
    if found and not (again and found.result is not None):
        number = rules.attempt(statements, found.submission)
        return Outlook(number, 0, max(1, slices_of(statements, found.run_plan)), found, ())
    asked = {"release": release, "model": plan.model, "trial": plan.trial}
    number = rules.attempt([*statements, Statement("submission", plan.model, asked)], len(statements))
    left = len(fresh_cases(log, plan, before=len(statements)))
    slices = 1 + slices_of(statements, found.run_plan if found else None)
    problems = (
        *_unfinished(statements, found),
        *_used_up(log, plan, left),
        *_too_few_members(log, plan),
        *_out_of_reach(plan, number, slices),
    )
    return Outlook(number, left, slices, None, problems)


def slices_of(statements: Sequence[Statement], run_plan: int | None) -> int:
    """Return how many slices a verdict on this run-plan is over: its own and those that it continues."""
    if run_plan is None:
        return 0
    continued = statements[run_plan].predicate["continues"]
    return 1 + (0 if continued is None else len(chain(statements, continued).run_plans))


def to_continue(statements: Sequence[Statement], submission: int) -> int | None:
    """Return the result that a run-plan of this submission must continue: the last one of an earlier equal trial."""
    earlier = set(seqs(statements[:submission], "submission", trial=statements[submission].predicate["trial"]))
    plans = {seq for seq in seqs(statements, "run-plan") if statements[seq].predicate["submission"] in earlier}
    results = [seq for seq in seqs(statements, "run-result") if statements[seq].predicate["run_plan"] in plans]
    return results[-1] if results else None


def fresh_cases(log: Log, plan: Plan, *, before: int) -> tuple[bytes, ...]:
    """Return the gate cases that a run-plan at this place in the log may draw from."""
    pool = rules.read_pool(log.store.get(plan.pool))
    known = log.statements()[:before]
    opened = (case for seq in seqs(known, "run-plan") for case in slice_at(log, known[seq]))
    return rules.left(pool.gate, opened, plan.take, reuse=reuses({"cases": plan.cases}), units=pool.units)


def slice_at(log: Log, run_plan: Statement) -> tuple[bytes, ...]:
    """Return the cases that a run-plan drew, in draw order."""
    return split(log.store.get(run_plan.predicate["slice"]))


def split(blob: bytes) -> tuple[bytes, ...]:
    """Return the 32-byte digests that a blob strings together.

    Raises:
        EvidenceError: If the last one is cut.
    """
    if len(blob) % 32:
        raise EvidenceError("a list of cases does not consist of whole digests")
    return tuple(blob[i : i + 32] for i in range(0, len(blob), 32))


def _unfinished(statements: Sequence[Statement], found: Replay | None) -> Iterator[Problem]:
    if found is None or found.result is None:
        return
    shards = statements[found.result].predicate["shards"]
    missing = [s for s in shards if s["status"] not in ("done", "not_needed")]
    if missing:
        what = f"{len(missing)} shards of this trial are not done"
        yield Problem("--again", what, "finish them first: run the same command without --again")


def _used_up(log: Log, plan: Plan, left: int) -> Iterator[Problem]:
    if left < plan.take:
        share = canonical.loads(log.store.get(plan.pool))["gate"]
        new = math.ceil(Fraction(1000 * (plan.take - left), max(1, share)))
        what = f"an attempt opens {plan.take} gate cases, {left} are left that no attempt has seen"
        lower = "lower cases.per_attempt, or " if left else ""
        hint = f"{lower}add about {new} new cases, of which {share / 10:g}% fall to the gate; or declare reuse"
        yield Problem("cases", what, hint)


def members_wanted(plan: Plan) -> int:
    """Return how many training cases a run-plan draws: as many as the clause that asks for most."""
    return max((promise.members for promise in plan.clauses), default=0)


def _too_few_members(log: Log, plan: Plan) -> Iterator[Problem]:
    wanted = members_wanted(plan)
    there = len(split(log.store.get(plan.members))) if wanted else 0
    if there < wanted:
        yield Problem("cases.members", f"{wanted} training cases are asked for, {there} are there", "name more of them")


def _out_of_reach(plan: Plan, attempt: int, slices: int) -> Iterator[Problem]:
    """Yield the blocking clauses that could not be held even if every case held."""
    for promise in plan.clauses:
        asked = criterion.parse(promise.require)
        if promise.advisory:
            continue
        needed = claims.needed(asked, bounds.alpha_at(asked.alpha, attempt), early=bool(plan.stop))
        n = (promise.count + promise.members) * slices
        if needed is None or needed > n:
            told = "no number of cases" if needed is None else f"at least {needed} cases"
            what = f"`{promise.require}` cannot be shown at attempt {attempt} with {n} cases: it takes {told}"
            yield Problem(f"clauses.{promise.name}", what, "raise cases.per_attempt, or ask for what can be shown")


def last(statements: Sequence[Statement], kind: str, **fields: object) -> int | None:
    """Return the last of `seqs`; None if there is none."""
    return next(reversed(seqs(statements, kind, **fields)), None)
