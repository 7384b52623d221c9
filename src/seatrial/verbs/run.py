"""The trial: submitted, run, recorded; not yet judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from inspect import signature
from pathlib import Path
from typing import Any

from seatrial import plugins
from seatrial.charter.charter import Charter
from seatrial.decision.judge import tables_of
from seatrial.evidence import environment, history, recorder
from seatrial.evidence.log import Log
from seatrial.evidence.recorder import Begun, ShardRecord
from seatrial.plan.compile import Compiled
from seatrial.plan.plan import Plan
from seatrial.proof.rests import chain
from seatrial.records.event import Listener, Phase, silent
from seatrial.targets.target import surroundings
from seatrial.trial.executors.executor import Executor
from seatrial.trial.limit import Purse
from seatrial.trial.run import Job, RunResult
from seatrial.trial.run import run as run_job
from seatrial.trial.watch import Earlier
from seatrial.verbs.project import Project, Tried, compiled, instant, open_log, opened, remember, tried
from seatrial.verbs.runner import runner
from seatrial.verbs.runner import submitter as submitter_of
from seatrial.verbs.told import LOGGER, fields, told


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run left in the log."""

    attempt: int
    run_result: int
    """Its entry."""
    done: int
    failed: int
    not_done: int
    not_needed: int
    """Left out because their clause was settled before."""
    replayed: bool
    """Whether everything was there already, so that nothing was run."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


def run(
    path: Path | str,
    *,
    weights: str | None = None,
    again: bool = False,
    executor: str = "auto",
    workers: int = 2,
    log: str | None = None,
    submitter: str | None = None,
    key: Path | str | None = None,
    passwords: Sequence[str] = (),
    flags: Mapping[str, str] | None = None,
    window: str = "",
    hear: Listener = silent,
    clock: Callable[[], str] = instant,
) -> Ran:
    """Submit the model, run the trial and record the result.

    Args:
        path: The charter, or the folder that it lies in.
        weights: Weights to try instead of the charter's.
        again: Whether to spend an attempt on more cases of a trial that has a result.
        executor: Id on the shelf of executors (`auto`, `inline`, `processes` ...); results do not depend on it.
        workers: Processes, for an executor that has them.
        log: Folder of the log, if not the default.
        submitter: Who submits; the login name by default, and the runner's where a runner's key is given.
        key: File or URI of the runner's key, else `SEATRIAL_RUNNER_KEY`.
        passwords: One, of that file; none if it is not encrypted.
        flags: Feature flags under which it will be served, name -> value: for the record of the environment.
        window: When it will be live: `2027-03-01/2027-03-07`; for the same record.
        hear: Is told what happens.
        clock: Gives the instant, as ISO text in UTC.

    Raises:
        InputError: If the charter does not fit the model or the cases; nothing was spent.
        TargetError: If the model does not load.
        LogError: If the log cannot be written.
        EvidenceError: If the log was changed, or a shard that was done gives other bytes now.
    """
    given = environment.stated(flags or {}, window)
    worked, signer = executor_of(executor, workers), runner(key, passwords)
    project = opened(path, weights=weights)
    kept = open_log(project, log, runner=signer)
    how = How(again, executor, worked, submitter_of(kept, signer, submitter), clock, given)
    return recorded(project, kept, how, told(hear))


@dataclass(frozen=True, slots=True)
class How:
    """How a run is carried out."""

    again: bool
    name: str
    """Id of the executor, for the record of the environment."""
    executor: Executor
    submitter: str
    clock: Callable[[], str]
    given: Mapping[str, str] = field(default_factory=dict)
    """What the user says of how it will be served (`environment.stated`)."""


def recorded(project: Project, log: Log, how: How, hear: Listener) -> Ran:
    """Submit the model of an open project, run the trial and record the result; errors as in `run`."""
    model = tried(project, hear=hear, log=log)
    hear(Phase("compiling the plan"))
    plan = planned(project, model, log)
    begun = recorder.start(log, plan, project.charter, how.submitter, again=how.again)
    event = fields("Submitted", entry=begun.submission, attempt=begun.attempt, model=plan.model, trial=plan.trial)
    LOGGER.info("attempt %d, submission is entry %d of %s", begun.attempt, begun.submission, log.place, extra=event)
    remember(project, log, seek=False)
    started, there = how.clock(), finished(log, begun)
    if there is None:
        job, charter = job_of(project, begun, log), project.charter
        result = run_job(job, how.executor, hear=hear, minutes=charter.minutes, purse=purse(charter))
        entry = recorder.finish(log, begun.run_plan, records(result), result.controls, result.control_of)
    else:
        entry = there
    settings = {"executor": how.name, **surroundings(model.target)}
    made_in = environment.fingerprint(project=project.folder, settings=settings, given=how.given)
    recorder.environment(log, entry, made_in, started=started, ended=how.clock())
    remember(project, log, seek=False)
    return _ran(log, begun, entry, replayed=there is not None)


def purse(charter: Charter) -> Purse | None:
    """Return what a charter lets a run-plan cost in money; None is no limit."""
    return Purse(charter.money, charter.prices) if charter.money and charter.prices else None


def planned(project: Project, model: Tried, log: Log) -> Plan:
    """Return the plan of a charter; what it names by digest is in the log's store."""
    made = compiled(project, model)
    stored(made, log)
    return made.plan


def stored(made: Compiled, log: Log) -> None:
    """Put everything that a plan names by digest into the log's store."""
    for blob in made.blobs.values():
        log.store.put(blob)


def finished(log: Log, begun: Begun) -> int | None:
    """Return the result of a run-plan if every shard of it is done, else None."""
    replay = history.find_replay(log, begun.plan.trial)
    if replay is None or replay.result is None or replay.run_plan != begun.run_plan:
        return None
    shards = log.statements()[replay.result].predicate["shards"]
    return replay.result if all(one["status"] in ("done", "not_needed") for one in shards) else None


def job_of(project: Project, begun: Begun, log: Log) -> Job:
    """Return what a run-plan asks to be run, in a folder of its own that a later run finds again."""
    return Job(
        plan=begun.plan,
        cases=begun.cases,
        members=begun.members,
        nonce=begun.nonce,
        home=project.folder,
        folder=project.scratch("runs", begun.nonce.hex()[:16]),
        attempt=begun.attempt,
        earlier=_earlier(log, begun) if begun.plan.stop else Earlier(),
    )


def _earlier(log: Log, begun: Begun) -> Earlier:
    """Return what the run-plans showed that this one continues."""
    if begun.continues is None:
        return Earlier()
    statements = log.statements()
    results = [statements[seq].predicate for seq in chain(statements, begun.continues).run_results]
    return Earlier(tuple(results), tables_of(log, results))


def executor_of(name: str, workers: int) -> Executor:
    """Return an executor by its id; those that have workers get so many."""
    make = plugins.find("executors", name).make
    made: Executor = make(workers=workers) if "workers" in signature(make).parameters else make()
    return made


def records(result: RunResult) -> tuple[ShardRecord, ...]:
    """Return what became of every shard, as the recorder takes it."""
    return tuple(
        ShardRecord(one.clause, one.shard, one.status, reason=one.reason, **one.parts()) for one in result.results
    )


def _ran(log: Log, begun: Begun, entry: int, *, replayed: bool) -> Ran:
    statuses = [shard["status"] for shard in log.statements()[entry].predicate["shards"]]
    counts = {name: statuses.count(name) for name in ("done", "failed", "not_done", "not_needed")}
    return Ran(begun.attempt, entry, replayed=replayed, **counts)
