"""The trial on rehearsal cases: for every commit, before anything is at stake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from seatrial.decision.decision import EXIT_CODES
from seatrial.errors import CasesError, Problem
from seatrial.plan.plan import Plan, Promise
from seatrial.proof import observation, rules, verdict
from seatrial.records.event import Listener, silent
from seatrial.trial.run import Job, RunResult
from seatrial.trial.run import run as run_job
from seatrial.verbs.project import Project, Tried, compiled, opened, tried
from seatrial.verbs.run import executor_of

_SAYS = {
    "deploy": "On these cases every clause would be held.",
    "hold": "On these cases not every clause is settled.",
    "reject": "On these cases a critical clause is breached.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """What a rehearsal showed of one clause."""

    name: str
    require: str
    verdict: str
    """What it would be: `held`, `breached`, `unproven` or `untried`."""
    n: int
    held: int
    unknown: int
    seconds: float
    """How long its shards took on one core; 0 if they were there from an earlier rehearsal."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal showed."""

    would: str
    """`deploy`, `hold` or `reject`, if these were gate cases."""
    clauses: tuple[Row, ...]
    reasons: tuple[str, ...]
    """Why shards failed."""

    @property
    def exit_code(self) -> int:
        """0 would hold, 3 not settled, 6 would be rejected."""
        return EXIT_CODES[self.would]

    @property
    def sentence(self) -> str:
        """What it showed, in words."""
        return " ".join((_SAYS[self.would], *self.reasons))

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


def rehearse(
    path: Path | str,
    *,
    weights: str | None = None,
    executor: str = "auto",
    workers: int = 2,
    hear: Listener = silent,
) -> Rehearsed:
    """Run the trial on all rehearsal cases; nothing is logged, spent or deployed by it.

    Args:
        path: The charter, or the folder that it lies in.
        weights: Weights to try instead of the charter's.
        executor: Id on the shelf of executors (`auto`, `inline`, `processes` ...); results do not depend on it.
        workers: Processes, for an executor that has them.
        hear: Is told what happens.

    Raises:
        CasesError: If no case falls to the rehearsal.
        TargetError: If the model does not load.
    """
    project = opened(path, weights=weights)
    return rehearsed(project, tried(project), executor=executor, workers=workers, hear=hear)


def rehearsed(
    project: Project,
    model: Tried,
    *,
    most: int | None = None,
    executor: str = "inline",
    workers: int = 1,
    hear: Listener = silent,
) -> Rehearsed:
    """Run the trial on rehearsal cases, at most so many; seeds follow from the plan, so a rehearsal repeats itself."""
    cases = model.pools.rehearsal[:most]
    if not cases:
        what = "no case falls to the rehearsal"
        raise CasesError(Problem("cases.rehearsal", what, "give it a share, such as rehearsal: 10%"))
    whole = compiled(project, model).plan
    plan = replace(whole, take=len(cases), clauses=tuple(_cut(one, len(cases)) for one in whole.clauses))
    nonce = sha256(b"seatrial/rehearsal/v1\x00" + plan.blob).digest()
    members = rules.members_of(nonce, model.members, max(one.members for one in plan.clauses))
    folder = project.scratch("rehearsals", nonce.hex()[:16])
    job = Job(plan=plan, cases=cases, members=members, nonce=nonce, home=project.folder, folder=folder)
    result = run_job(job, executor_of(executor, workers), hear=hear, minutes=project.charter.minutes)
    return _judged(plan, result)


def _cut(promise: Promise, most: int) -> Promise:
    return replace(promise, count=min(promise.count, most), members=min(promise.members, most))


def _judged(plan: Plan, result: RunResult) -> Rehearsed:
    """Judge as a first attempt on so many gate cases would be."""
    blobs = dict(result.blobs())
    said: Mapping[str, Any] = {"run_plan": 0, **result.to_json()}
    named = {one[kind] for one in said["shards"] for kind in ("computed", "measured") if one[kind]}
    tables = {name: observation.decode(blobs[name]) for name in named}
    decision = verdict.decide(plan.to_json(), [said], tables, 1, {}, [], stamp={})
    rows = []
    for promise in plan.clauses:
        entry = decision["clauses"][promise.name]
        seconds = sum(one.seconds for one in result.results if one.clause == promise.name)
        counts = {key: entry[key] for key in ("verdict", "n", "held", "unknown")}
        rows.append(Row(name=promise.name, require=promise.require, seconds=seconds, **counts))
    reasons = tuple(sorted({one.reason for one in result.results if one.status == "failed"}))
    return Rehearsed(decision["decision"], tuple(rows), reasons)
