"""The last result again: verified, judged anew, regenerated, or shown to another model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from seatrial.decision import judge as judging
from seatrial.errors import EvidenceError, InputError, Problem, ReplayMismatch
from seatrial.evidence import recorder
from seatrial.evidence.drift import Drifted, drifted
from seatrial.evidence.export import export
from seatrial.evidence.history import seqs
from seatrial.evidence.log import Log
from seatrial.proof import verdict
from seatrial.proof.canonical import loads
from seatrial.proof.verify import verify_bundle
from seatrial.records.event import Listener, Phase, silent
from seatrial.targets.target import load_target
from seatrial.trial.replay import Shown, regenerate, show
from seatrial.verbs.capture import capture, recorded
from seatrial.verbs.drift import comparable
from seatrial.verbs.judge import last_result
from seatrial.verbs.project import Project, open_log, opened
from seatrial.verbs.reference import referred
from seatrial.verbs.run import executor_of, job_of
from seatrial.verbs.told import told
from seatrial.verbs.worst import kept

LEVELS: Mapping[str, str] = {
    "r0": "the record verifies",
    "r1": "the recorded rows, judged again, give the recorded decisions",
    "r2": "the run, done again, gives the recorded bytes",
    "r3": "the recorded attempts, shown to this model",
}


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found equal."""

    level: str
    result: int
    """Entry of the run-result."""
    compared: int
    """Checks, decisions, shards or attempts."""
    held: int | None = None
    """R3: attempts that this model withstands."""

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        if self.held is not None:
            warning = "made against another model, they prove no robustness of this one"
            return f"r3: of {self.compared} recorded attempts this model withstands {self.held}; {warning}."
        unit = {"r0": "checks", "r1": "decisions", "r2": "shards"}[self.level]
        return f"{self.level}: {LEVELS[self.level]}: {self.compared} {unit} equal (result is entry {self.result})."

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


def replay(
    path: Path | str,
    *,
    weights: str | None = None,
    level: str = "r2",
    executor: str = "auto",
    workers: int = 2,
    log: str | None = None,
    decision: str | int | None = None,
    hear: Listener = silent,
) -> Replayed:
    """Replay the last result in the log, or the one that a decision rests on.

    Args:
        path: The charter, or the folder that it lies in.
        weights: What was tried instead of the charter's weights; for r3, what to try now.
        level: `r0` verify the record, `r1` judge it again, `r2` run it again and compare bytes, `r3` show the recorded
            attempts to this model.
        executor: Id on the shelf of executors.
        workers: Processes, for an executor that has them.
        log: Folder of the log, if not the default.
        decision: For r2 and r3: `last`, `previous`, `deployed`, or an entry; the last result by default.
        hear: Is told what happens.

    Raises:
        InputError: If there is no such level or decision, or nothing to replay.
        ReplayMismatch: Naming the first shard and case that differ, and how the environments differ.
        EvidenceError: If the record does not verify.
    """
    if level not in LEVELS:
        each = "; ".join(f"{name}: {meaning}" for name, meaning in LEVELS.items())
        raise InputError(Problem("--level", f"there is no level {level!r}", each))
    project = opened(path, weights=weights)
    kept, hear = open_log(project, log, writing=False), told(hear)
    hear(Phase(f"replaying: {LEVELS[level]}"))
    if decision is not None and level not in ("r2", "r3"):
        hint = "leave --decision out, or use r2; `seatrial verify` looks at one decision"
        raise InputError(Problem("--decision", f"{level} looks at the log as it stands now", hint))
    seq = None if decision is None else referred(kept, decision, where="--decision")
    result = last_result(project, kept, same_target=level != "r3", decision=seq)
    if level == "r0":
        return Replayed(level, result, _verified(kept))
    if level == "r1":
        return Replayed(level, result, _rejudged(kept, result))
    if level == "r2":
        return Replayed(level, result, _regenerated(project, kept, result, (executor, workers), hear))
    shown, held = _shown(project, kept, result)
    return Replayed(level, result, shown, held)


def _verified(log: Log) -> int:
    found = verify_bundle(export(log), log.trust)
    if not found.ok:
        raise EvidenceError(*found.findings)
    return len(found.checks)


def _rejudged(log: Log, result: int) -> int:
    """Judge every decision on this result again, under the charter that it names."""
    statements = log.statements()
    made = [statements[seq].predicate for seq in seqs(statements, "decision", run_result=result)]
    for one in made:
        again = judging.judge(log, result, loads(log.store.get(one["charter"])), now=one["as_of"])
        differs = [name for name in one["clauses"] if again["clauses"][name] != one["clauses"][name]]
        if differs:
            problems = (Problem(name, f"was {one['clauses'][name]}, is {again['clauses'][name]}") for name in differs)
            raise ReplayMismatch(*problems)
    return len(made)


def _regenerated(project: Project, log: Log, result: int, how: tuple[str, int], hear: Listener) -> int:
    said = log.statements()[result].predicate
    shards = list(verdict.outcomes([said])[-1].values())
    with TemporaryDirectory(prefix="seatrial-replay-") as scratch:
        job = replace(job_of(project, recorder.begun(log, said["run_plan"]), log), folder=Path(scratch))
        try:
            regenerate(job, shards, log.store.get, executor_of(*how), controls=said["controls"], hear=hear)
        except ReplayMismatch as error:
            raise ReplayMismatch(*error.problems, *_drift(project, log, result)) from error
    return sum(shard["status"] == "done" for shard in shards)


def _drift(project: Project, log: Log, result: int) -> list[Problem]:
    """Return how the environment differs from that of the result, worst first, each group with what it means."""
    there = recorder.made_in(log, result)
    if there is None:
        return []
    now = capture(project.folder / project.file)
    then, here, _ = comparable(recorded(there), now)
    groups = drifted(then, here)
    if not any(one.group.matters for one in groups):
        same = "nothing drifted that is known to change a result"
        return [Problem("environment", same, "the model or the code must have changed")]
    return [problem for one in groups for problem in _told(one)]


def _told(one: Drifted) -> Iterator[Problem]:
    yield Problem(f"environment, {one.group.title}", one.group.means, one.group.advice)
    yield from (Problem("environment", str(difference)) for difference in one.told)


def _shown(project: Project, log: Log, result: int) -> tuple[int, int]:
    """Show every recorded break to the project's model; return how many, and how many it withstands."""
    said = log.statements()[result].predicate
    begun = recorder.begun(log, said["run_plan"])
    target = load_target(project.charter.target, project.folder)
    shown: list[Shown] = []
    for shard in said["shards"]:
        if shard["stimuli"] is None:
            continue
        stages = [trying for trying in begun.plan.promise(shard["clause"]).tries for _ in trying.stages]
        specimens = [one for one in kept(log, shard) if one.stage >= 0]
        for index, trying in enumerate(stages):
            mine = [one for one in specimens if one.stage == index]
            shown += show(mine, target, trying, key=begun.nonce)
    return len(shown), sum(one.held == "held" for one in shown)
