"""The verdict on what is recorded."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from seatrial.decision import judge as judging
from seatrial.errors import InputError, Problem
from seatrial.evidence.history import last
from seatrial.evidence.log import Log
from seatrial.proof.canonical import dumps, loads
from seatrial.stores.whole import write_whole
from seatrial.verbs.annotate import annotated
from seatrial.verbs.dossier import dossier
from seatrial.verbs.outputs import rendered
from seatrial.verbs.project import Project, open_log, opened, remember
from seatrial.verbs.result import Gated
from seatrial.verbs.told import LOGGER, fields

__all__ = ["Gated", "decided", "judge", "last_result", "unix_now"]

WRITTEN = {"html": "report.html", "json": "report.json"}
"""Reporters whose files are written after every decision."""


def unix_now() -> int:
    """Return the wall clock in whole seconds UTC."""
    return int(time.time())


def judge(
    path: Path | str, *, weights: str | None = None, log: str | None = None, now: Callable[[], int] = unix_now
) -> Gated:
    """Decide on the last recorded result; nothing is run and no model is loaded.

    A changed threshold, severity or text judges the same record anew.

    Args:
        path: The charter, or the folder that it lies in.
        weights: Weights that were tried instead of the charter's.
        log: Folder of the log, if not the default.
        now: Instant at which waivers are looked at, seconds UTC.

    Raises:
        InputError: If there is no result yet, or it is of another target.
        EvidenceError: If the record does not hold together.
    """
    project = opened(path, weights=weights)
    kept = open_log(project, log)
    return decided(project, kept, last_result(project, kept), now=now(), replayed=False)


def last_result(project: Project, log: Log, *, same_target: bool = True, decision: int | None = None) -> int:
    """Return the entry of the last result in the log, or of the one that a decision rests on.

    Args:
        project: The charter names the target.
        log: The system's log.
        same_target: Whether the result must be of that target.
        decision: Entry of a decision; None for the last result.

    Raises:
        InputError: If there is none, or it is of another target than the charter's.
    """
    statements = log.statements()
    result = last(statements, "run-result") if decision is None else statements[decision].predicate["run_result"]
    if result is None:
        raise InputError(Problem(str(project.folder), "there is no result yet", "`seatrial run` makes one"))
    target = judging.plan_of(log, statements[result].predicate["run_plan"])["target"]
    if same_target and target != loads(dumps(dict(project.charter.target))):
        given, tried = project.charter.target.get("weights"), target.get("weights")
        hint = f"name what was tried: --weights {tried}" if given != tried else "gate this target first"
        which = "the last result in the log" if decision is None else f"what decision {decision} rests on"
        raise InputError(Problem("target", f"{which} is of another target", hint))
    return result


def decided(project: Project, log: Log, run_result: int, *, now: int, replayed: bool) -> Gated:
    """Judge a result, log the decision, and write its reports."""
    seq = judging.record(log, run_result, project.charter.text, now=now)
    remember(project, log)
    LOGGER.info("the decision is entry %d of %s", seq, log.place, extra=fields("Decided", entry=seq))
    said = annotated(dossier(log, seq, project.catalog, replayed=replayed, now=now), project, log)
    folder = project.scratch("reports", f"attempt-{said.attempt}")
    for name, file in WRITTEN.items():
        write_whole(folder / file, rendered(name, said))
    return Gated(said, seq, folder, log.address)
