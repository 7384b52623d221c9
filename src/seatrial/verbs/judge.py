"""The verdict on what is recorded."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seatrial import plugins
from seatrial.decision import judge as judging
from seatrial.errors import InputError, Problem
from seatrial.evidence.history import last
from seatrial.evidence.log import Log
from seatrial.proof.canonical import dumps, loads
from seatrial.reports.reporter import Dossier
from seatrial.stores.whole import write_whole
from seatrial.verbs.dossier import dossier
from seatrial.verbs.project import Project, open_log, opened, remember

WRITTEN = {"html": "report.html", "json": "report.json"}
"""Reporters whose files are written after every decision."""


def unix_now() -> int:
    """Return the wall clock in whole seconds UTC."""
    return int(time.time())


@dataclass(frozen=True, slots=True)
class Gated:
    """A decision, and where its reports are."""

    dossier: Dossier = field(repr=False)
    seq: int
    """Entry of the decision."""
    folder: Path
    """Where `report.html` and `report.json` are."""

    @property
    def decision(self) -> str:
        """`deploy`, `hold` or `reject`."""
        return self.dossier.decision

    def __str__(self) -> str:
        """Return the decision in one sentence."""
        return self.dossier.sentence

    @property
    def exit_code(self) -> int:
        """0 deploy, 3 hold, 6 reject."""
        return self.dossier.exit_code

    def to_json(self) -> dict[str, Any]:
        """Return the JSON report, with the place of the files."""
        value: dict[str, Any] = loads(plugins.find("reports", "json").make().render(self.dossier))
        return {**value, "entry": self.seq, "folder": str(self.folder)}


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


def last_result(project: Project, log: Log, *, same_target: bool = True) -> int:
    """Return the entry of the last result in the log.

    Args:
        project: The charter names the target.
        log: The system's log.
        same_target: Whether the result must be of that target.

    Raises:
        InputError: If there is none, or it is of another target than the charter's.
    """
    statements = log.statements()
    result = last(statements, "run-result")
    if result is None:
        raise InputError(Problem(str(project.folder), "there is no result yet", "`seatrial run` makes one"))
    target = judging.plan_of(log, statements[result].predicate["run_plan"])["target"]
    if same_target and target != loads(dumps(dict(project.charter.target))):
        given, tried = project.charter.target.get("weights"), target.get("weights")
        hint = f"name what was tried: --weights {tried}" if given != tried else "gate this target first"
        raise InputError(Problem("target", "the last result in the log is of another target", hint))
    return result


def decided(project: Project, log: Log, run_result: int, *, now: int, replayed: bool) -> Gated:
    """Judge a result, log the decision, and write its reports."""
    seq = judging.record(log, run_result, project.charter.text, now=now)
    remember(project, log)
    said = dossier(log, seq, project.catalog, replayed=replayed)
    folder = project.scratch("reports", f"attempt-{said.attempt}")
    for name, file in WRITTEN.items():
        write_whole(folder / file, plugins.find("reports", name).make().render(said))
    return Gated(said, seq, folder)
