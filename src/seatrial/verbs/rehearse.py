"""The trial on rehearsal cases: for every commit, before anything is at stake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from seatrial.decision.decision import EXIT_CODES
from seatrial.decision.known import asked
from seatrial.errors import CasesError, CharterError, Problem, meant
from seatrial.plan.plan import Plan, Promise
from seatrial.proof import observation, rules, verdict
from seatrial.records.event import Listener, silent
from seatrial.reports import wording
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.reports.reporter import Dossier
from seatrial.trial.run import Job, RunResult
from seatrial.trial.run import run as run_job
from seatrial.verbs.project import Project, Tried, compiled, opened, tried
from seatrial.verbs.rehearsal import Outcome, rehearsal
from seatrial.verbs.run import executor_of
from seatrial.verbs.told import told

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
    """How long its shards took on one core."""
    calls: int = 0
    """Answers of the target that it took."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal showed."""

    would: str
    """`deploy`, `hold` or `reject`, if these were gate cases."""
    clauses: tuple[Row, ...]
    reasons: tuple[str, ...]
    """Why shards failed."""
    dossier: Dossier = field(repr=False)
    """The same for a report; it says of itself that it is a rehearsal."""

    @property
    def exit_code(self) -> int:
        """0 would hold, 3 not settled, 6 would be rejected."""
        return EXIT_CODES[self.would]

    @property
    def sentence(self) -> str:
        """What it showed, in words."""
        return " ".join((_SAYS[self.would], *self.reasons))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know besides: signs of masking, and what the model raised."""
        masked = [f"{one.name}: {line}" for one in self.dossier.clauses for line in wording.masked(one)]
        return (*masked, *self.dossier.notes)

    def __str__(self) -> str:
        return self.sentence

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"would": self.would, "clauses": [asdict(row) for row in self.clauses], "reasons": list(self.reasons)}

    def _repr_html_(self) -> str:
        rows = tuple((row.name, row.verdict, f"{row.held:,} of {row.n:,}", row.require) for row in self.clauses)
        notes = (*self.notes, "A rehearsal logs nothing, spends nothing and cannot deploy.")
        return sheet_card(
            Sheet(self.sentence, ("Clause", "Would be", "Held", "Asks"), rows, right=(2,), notes=notes, tone=self.would)
        )


def rehearse(
    path: Path | str,
    *,
    weights: str | None = None,
    cases: int | None = None,
    clauses: Sequence[str] = (),
    executor: str = "auto",
    workers: int = 2,
    hear: Listener = silent,
) -> Rehearsed:
    """Run the trial on the rehearsal cases; nothing is logged, spent or deployed by it.

    Args:
        path: The charter, or the folder that it lies in.
        weights: Weights to try instead of the charter's.
        cases: At most so many of the rehearsal cases; all by default.
        clauses: Only these clauses; all by default.
        executor: Id on the shelf of executors (`auto`, `inline`, `processes` ...); results do not depend on it.
        workers: Processes, for an executor that has them.
        hear: Is told what happens.

    Raises:
        CasesError: If no case falls to the rehearsal.
        CharterError: If the charter has no such clause.
        TargetError: If the model does not load.

    Examples:
        >>> seatrial.rehearse("charter.yaml", cases=40).would
        'deploy'
    """
    project = opened(path, weights=weights)
    hear = told(hear)
    known(project, clauses)
    return rehearsed(
        project, tried(project, hear=hear), most=cases, only=clauses, executor=executor, workers=workers, hear=hear
    )


def rehearsed(
    project: Project,
    model: Tried,
    *,
    most: int | None = None,
    only: Sequence[str] = (),
    executor: str = "inline",
    workers: int = 1,
    hear: Listener = silent,
) -> Rehearsed:
    """Run the trial on rehearsal cases, at most so many; seeds follow from the plan, so a rehearsal repeats itself.

    Args:
        project: The charter.
        model: The model and the cases.
        most: At most so many cases; None is all of the rehearsal.
        only: These clauses; all if there are none.
        executor: Id on the shelf of executors.
        workers: Processes, for an executor that has them.
        hear: Is told what happens.

    Raises:
        CasesError: If no case falls to the rehearsal.
    """
    plan, result = ran(project, model, most=most, only=only, executor=executor, workers=workers, hear=hear)
    return _judged(project, plan, result)


def ran(
    project: Project,
    model: Tried,
    *,
    most: int | None = None,
    only: Sequence[str] = (),
    executor: str = "inline",
    workers: int = 1,
    hear: Listener = silent,
) -> tuple[Plan, RunResult]:
    """Return the plan of a rehearsal and what it showed; arguments and errors as in `rehearsed`."""
    cases = model.pools.rehearsal[:most]
    if not cases:
        what = "no case falls to the rehearsal"
        raise CasesError(Problem("cases.rehearsal", what, "give it a share, such as rehearsal: 10%"))
    whole = compiled(project, model).plan
    asked = [one for one in whole.clauses if not only or one.name in only]
    plan = replace(whole, take=len(cases), clauses=tuple(_cut(one, len(cases)) for one in asked))
    nonce = sha256(b"seatrial/rehearsal/v1\x00" + plan.blob).digest()
    members = rules.members_of(nonce, model.members, max(one.members for one in plan.clauses))
    folder = project.scratch("rehearsals", nonce.hex()[:16])
    job = Job(plan=plan, cases=cases, members=members, nonce=nonce, home=project.folder, folder=folder)
    return plan, run_job(job, executor_of(executor, workers), hear=hear, minutes=project.charter.minutes)


def known(project: Project, clauses: Sequence[str]) -> None:
    """Refuse names of clauses that the charter does not have.

    Raises:
        CharterError: With all of them.
    """
    there = [clause.name for clause in project.charter.clauses]
    wrong = [name for name in dict.fromkeys(clauses) if name not in there]
    if wrong:
        raise CharterError(*(Problem("clauses", f"there is no clause {name!r}", meant(name, there)) for name in wrong))


def _cut(promise: Promise, most: int) -> Promise:
    return replace(promise, count=min(promise.count, most), members=min(promise.members, most))


def _judged(project: Project, plan: Plan, result: RunResult) -> Rehearsed:
    """Judge as a first attempt on so many gate cases would be."""
    blobs = dict(result.blobs())
    said: Mapping[str, Any] = {"run_plan": 0, **result.to_json()}
    named = {one[kind] for one in said["shards"] for kind in ("computed", "measured") if one[kind]}
    tables = {name: observation.decode(blobs[name]) for name in named}
    decision = verdict.decide(plan.to_json(), [said], tables, 1, {}, [], stamp={})
    lines = []
    for promise in plan.clauses:
        entry = decision["clauses"][promise.name]
        seconds = sum(one.seconds for one in result.results if one.clause == promise.name)
        counts = {key: entry[key] for key in ("verdict", "n", "held", "unknown")}
        took = asked(promise, [said], tables)
        lines.append(Row(name=promise.name, require=promise.require, seconds=seconds, calls=took, **counts))
    reasons = tuple(sorted({one.reason for one in result.results if one.status == "failed"}))
    told = " ".join((_SAYS[decision["decision"]], *reasons))
    done = [one for one in result.results if one.status == "done" and one.reason]
    raised = dict.fromkeys(f"{one.clause}: {one.reason}" for one in done)
    dossier = replace(rehearsal(project, plan, Outcome(said, tables, decision), told), notes=tuple(raised))
    return Rehearsed(decision["decision"], tuple(lines), reasons, dossier)
