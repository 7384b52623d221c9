"""A decision that is in the log, said again."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from seatrial import plugins
from seatrial.reports.reporter import Dossier
from seatrial.verbs.annotate import annotated
from seatrial.verbs.dossier import dossier
from seatrial.verbs.outputs import rendered
from seatrial.verbs.project import open_log, opened
from seatrial.verbs.reference import referred


def report(
    path: Path | str,
    *,
    to: str = "text",
    decision: str | int | None = None,
    log: str | None = None,
    now: Callable[[], float] = time.time,
) -> bytes:
    """Return a recorded decision in a format; the model is not needed.

    Args:
        path: The charter, or the folder that it lies in.
        to: Id on the shelf of reporters: `text`, `html`, `json`, `junit`, `markdown`, `sarif`, or one of a plugin.
        decision: `last`, `previous`, `deployed`, the entry of a decision, or one that it rests on; the last by default.
        log: Folder of the log, if not the default.
        now: Instant at which waivers are said to be open or expired, seconds UTC.

    Raises:
        InputError: If there is no decision yet, or the entry is none.
        PluginError: If there is no such format.

    Examples:
        >>> gated = seatrial.gate("charter.yaml")
        >>> page = seatrial.report("charter.yaml", to="html")
        >>> page[:15]
        b'<!doctype html>'
    """
    plugins.find("reports", to)
    return rendered(to, told(path, decision=decision, log=log, now=now))


def told(
    path: Path | str,
    *,
    decision: str | int | None = None,
    log: str | None = None,
    now: Callable[[], float] = time.time,
) -> Dossier:
    """Return what a report renders; arguments and errors as in `report`."""
    project = opened(path)
    kept = open_log(project, log, writing=False)
    seq = referred(kept, decision)
    return annotated(dossier(kept, seq, project.catalog, now=int(now())), project, kept)
