"""Running a plan: controls first, then every shard, in order; what is done is on disk and stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic

from seatrial.errors import RuleBroken, StoreError, TrialError
from seatrial.plan.plan import Plan, Promise, Shard
from seatrial.proof import rules
from seatrial.records.event import (
    ControlFinished,
    Listener,
    Phase,
    RunFinished,
    RunStarted,
    ShardFailed,
    ShardFinished,
    silent,
)
from seatrial.trial.executors.executor import Executor
from seatrial.trial.limit import Limit, Purse
from seatrial.trial.probation import probations
from seatrial.trial.shard import missed
from seatrial.trial.watch import Earlier, Watch
from seatrial.trial.work import Result, Work


@dataclass(frozen=True, slots=True)
class Job:
    """What a run-plan says: a plan, the cases that it opens, and the nonce that all chance comes from."""

    plan: Plan
    cases: tuple[bytes, ...]
    """The slice, in the order in which it was drawn."""
    members: tuple[bytes, ...]
    """Training cases for membership probes, in the order in which they were drawn."""
    nonce: bytes
    home: Path
    """Folder of the charter."""
    folder: Path
    """Where results are left; the same folder again goes on where a run stopped."""
    attempt: int = 1
    """Number of the attempt: its doubt decides where a plan that stops early stops."""
    earlier: Earlier = field(default_factory=Earlier)
    """What the run-plans showed that this one continues."""

    @property
    def work(self) -> Work:
        """What a worker needs."""
        return Work(self.plan.blob, self.home, self.folder, self.nonce)

    @property
    def shards(self) -> tuple[Shard, ...]:
        """Every shard, clause by clause in the order of the plan."""
        return tuple(shard for promise in self.plan.clauses for shard in self._shards(promise))

    def _shards(self, promise: Promise) -> Iterator[Shard]:
        cases = self.cases[: promise.count] + self.members[: promise.members]
        first = 0
        for index, size in enumerate(rules.cuts(self.plan.to_json(), promise.name)):
            if cases[first : first + size]:
                yield Shard(promise.name, index, cases[first : first + size])
            first += size


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run showed."""

    results: tuple[Result, ...]
    """One per shard, in order."""
    controls: Mapping[str, str]
    """Control with adversary -> `found` or `missed`."""
    control_of: Mapping[str, tuple[str, ...]]
    """Clause -> its controls."""

    def to_json(self) -> dict[str, object]:
        """Return the fields of the run-result statement, all but `run_plan`."""
        return {
            "shards": [result.to_json() for result in self.results],
            "controls": dict(self.controls),
            "control_of": {clause: list(names) for clause, names in self.control_of.items()},
        }

    def blobs(self) -> Iterator[tuple[str, bytes]]:
        """Yield digest and bytes of every blob, one shard at a time.

        Raises:
            StoreError: If a file is gone or damaged.
        """
        for result in self.results:
            parts = result.parts()
            yield from (((result.blobs or {})[part], data) for part, data in parts.items())


def run(
    job: Job,
    executor: Executor,
    *,
    hear: Listener = silent,
    minutes: float | None = None,
    purse: Purse | None = None,
) -> RunResult:
    """Run a plan to its end, or until minutes or money are over, and return what it showed.

    Args:
        job: What to run.
        executor: Where shards are worked; results do not depend on it.
        hear: Is told what happens.
        minutes: Budget; shards that are not finished then are `not_done`.
        purse: The same in money, for all that is done of the run-plan; looked at when a shard is finished.

    Raises:
        TargetError: If the target does not load.
        CasesError: If a case is not there.
        StoreError: If a result cannot be written.
    """
    begun, work, shards = monotonic(), job.work, job.shards
    left = [shard for shard in shards if work.known(shard) is None]
    hear(RunStarted(job.plan.digest, len(shards), len(shards) - len(left)))
    controls, control_of = _controls(job, hear)
    limit = Limit(job.plan, begun, minutes, purse)
    limit.take(work.known(shard) for shard in shards)
    if job.plan.stop:
        results, stopped = _until_settled(job, executor, hear, limit)
    else:
        failed, stopped = _worked(work, left, executor, hear, limit)
        results = tuple(work.known(s) or failed.get((s.clause, s.index)) or _undone(s) for s in shards)
    if stopped:
        hear(limit.event(sum(result.status == "not_done" for result in results)))
    statuses = [result.status for result in results]
    hear(RunFinished(*(statuses.count(status) for status in ("done", "failed", "not_done"))))
    return RunResult(results, controls, control_of)


def _controls(job: Job, hear: Listener) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    wanted, found = probations(job.plan), dict[str, str]()
    hear(Phase(f"trying {len(wanted)} controls"))
    of: dict[str, list[str]] = {promise.name: [] for promise in job.plan.clauses}
    for one in wanted:
        why = missed(partial(one.passed, job.nonce, job.plan.trial))
        found[one.name] = "missed" if why else "found"
        hear(ControlFinished(one.name, not why, why))
        for clause in one.clauses:
            of[clause].append(one.name)
    return found, {clause: tuple(names) for clause, names in of.items()}


def _worked(
    work: Work, left: list[Shard], executor: Executor, hear: Listener, limit: Limit
) -> tuple[dict[tuple[str, int], Result], bool]:
    """Work the shards; return those that failed, and whether the budget ended it."""
    failed: dict[tuple[str, int], Result] = {}
    coming = executor.map(work, left)
    try:
        for shard in left:
            if limit.reached:
                return failed, True
            limit.take([_heard(_next(coming, shard), failed, hear)])
    finally:
        getattr(coming, "close", _nothing)()
    return failed, False


def _until_settled(job: Job, executor: Executor, hear: Listener, limit: Limit) -> tuple[tuple[Result, ...], bool]:
    """Work each clause until it is settled; return what became of every shard, and whether the budget ended it.

    Where a clause stops follows from its shards in order, whoever worked them and whatever is there already.
    """
    results, stopped = list[Result](), False
    for promise in job.plan.clauses:
        mine = [shard for shard in job.shards if shard.clause == promise.name]
        watch = Watch(job.plan.to_json(), promise.name, job.attempt, job.earlier)
        # What was there before, and not what is there when it is asked for: workers run ahead.
        there = {shard.index: job.work.known(shard) for shard in mine}
        left = [shard for shard in mine if there[shard.index] is None]
        coming = executor.map(job.work, left) if left and not stopped else iter(())
        try:
            for shard in mine:
                result = there[shard.index]
                if watch.settled:
                    result = _spared(shard)
                elif stopped or (result is None and limit.reached):
                    result, stopped = _undone(shard), True
                else:
                    if result is None:
                        limit.take([result := _heard(_next(coming, shard), {}, hear)])
                    watch.see(result)
                results.append(result)
        finally:
            getattr(coming, "close", _nothing)()
    return tuple(results), stopped


def _heard(result: Result, failed: dict[tuple[str, int], Result], hear: Listener) -> Result:
    """Tell of a shard, and keep it in mind if it failed."""
    if result.status == "done":
        hear(ShardFinished(result.clause, result.shard, result.cases, result.held, result.seconds))
    else:
        failed[result.clause, result.shard] = result
        hear(ShardFailed(result.clause, result.shard, result.reason))
    return result


def _next(coming: Iterator[Result], shard: Shard) -> Result:
    """Return the next result; a worker that died has failed its shard."""
    try:
        return next(coming)
    except (RuleBroken, TrialError) as error:
        return Result(shard.clause, shard.index, "failed", str(error), cases=len(shard.cases))
    except StopIteration:
        raise StoreError(f"the executor gave no result for shard {shard.index} of {shard.clause}") from None


def _nothing() -> None:
    """Close what needs no closing."""


def _spared(shard: Shard) -> Result:
    """Return that a shard was not needed, whether a worker has looked at it or not."""
    return Result(shard.clause, shard.index, "not_needed", cases=len(shard.cases))


def _undone(shard: Shard) -> Result:
    return Result(shard.clause, shard.index, "not_done", cases=len(shard.cases))
