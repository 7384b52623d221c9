"""The cases that a model may be trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seatrial.cases.cases import source
from seatrial.cases.pools import fetch, pools
from seatrial.records.batch import Batch
from seatrial.verbs.project import opened


def training(path: Path | str) -> Batch[Any]:
    """Return the training cases of a charter: those that neither the gate nor a rehearsal draws from.

    Args:
        path: The charter, or the folder that it lies in.
    """
    charter = opened(path).charter
    cases = source(charter.cases.kind, charter.cases.settings, charter.folder)
    return fetch(cases, pools(cases, charter.cases.gate, charter.cases.rehearsal).training)
