"""A decision that is in the log, said again."""

from __future__ import annotations

from pathlib import Path

from seatrial import plugins
from seatrial.errors import InputError, Problem
from seatrial.evidence.history import seqs
from seatrial.verbs.dossier import dossier
from seatrial.verbs.project import open_log, opened


def report(path: Path | str, *, to: str = "text", decision: int | None = None, log: str | None = None) -> bytes:
    """Return a recorded decision in a format; the model is not needed.

    Args:
        path: The charter, or the folder that it lies in.
        to: Id on the shelf of reporters: `text`, `json`, `html`, or one that a plugin brings.
        decision: Entry of the decision; the last one by default.
        log: Folder of the log, if not the default.

    Raises:
        InputError: If there is no decision yet, or the entry is none.
        PluginError: If there is no such format.
    """
    card = plugins.find("reports", to)
    project = opened(path)
    kept = open_log(project, log, writing=False)
    known = seqs(kept.statements(), "decision")
    if not known:
        raise InputError(Problem(str(path), "there is no decision yet", "`seatrial gate` makes one"))
    said = dossier(kept, known[-1] if decision is None else decision, project.catalog)
    rendered: bytes = card.make().render(said)
    return rendered
