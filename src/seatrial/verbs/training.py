"""The cases that a model may be trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seatrial.cases.cases import source
from seatrial.cases.pools import fetch, pools
from seatrial.records.batch import Batch
from seatrial.verbs.learnable import learnable
from seatrial.verbs.project import open_log, opened


def training(path: Path | str, *, spent: bool = False, log: str | None = None) -> Batch[Any]:
    """Return the cases that a model may be trained on: those that neither the gate nor a rehearsal draws from.

    Args:
        path: The charter, or the folder that it lies in.
        spent: Whether the gate cases that attempts have opened come along: no attempt draws them again.
        log: The log that says which these are, if not the default one.

    Raises:
        CasesError: If opened cases are asked for and the charter declares that they may be drawn again.
    """
    project = opened(path)
    block = project.charter.cases
    cases = source(block.kind, block.settings, project.charter.folder)
    shared = pools(cases, block.gate, block.rehearsal, unit=block.unit)
    kept = open_log(project, log, writing=False) if spent else None
    return fetch(cases, learnable(project.charter, shared.training, (*shared.gate, *shared.rehearsal), kept))
