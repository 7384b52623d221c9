"""What is known of new weights before they are gated: how they stand beside their parent, what a gate would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from seatrial.errors import SeatrialError
from seatrial.plan.subject import Rival
from seatrial.records.event import Listener, silent
from seatrial.targets.identity import identify
from seatrial.targets.target import load_target
from seatrial.verbs.beside import Descent
from seatrial.verbs.descent import descent, yardstick
from seatrial.verbs.plan import Planned, foreseen
from seatrial.verbs.project import Project, Tried, open_log, opened
from seatrial.verbs.rival import rival

CASES = 128
"""Cases on which child and parent are compared, by default."""


@dataclass(frozen=True, slots=True)
class Beforehand:
    """What is known of a child before it is gated."""

    project: Project
    """The child's."""
    child: Tried
    artifact: str
    """Digest of the child's files alone."""
    descent: Descent | None
    """None if nothing was compared."""
    note: str = ""
    """Why not."""

    def to_json(self) -> dict[str, object]:
        """Return what the record keeps of it, as plain JSON values; times are of this machine."""
        return self.descent.to_json() if self.descent else {"with": "parent", "cases": 0, "why": self.note}


def beforehand(
    project: Project,
    model: Tried,
    file: Path,
    chosen: tuple[Sequence[bytes], frozenset[bytes]],
    *,
    most: int = CASES,
    log: str | None = None,
    hear: Listener = silent,
) -> Beforehand:
    """Return what is known of new weights; nothing is logged or spent, and nothing that fails here loses them.

    Args:
        project: The parent's.
        model: The parent, and the cases.
        file: The new weights.
        chosen: Training cases that were kept for choosing, and cases that the child has learned from in any form.
        most: Cases on which the two are compared; 0 compares nothing.
        log: Folder of the log, if not the default.
        hear: Is told what happens.
    """
    after = opened(project.folder / project.file, weights=str(file))
    found, block = identify(after.charter.target, after.folder), after.charter.target
    target = load_target(block, after.folder)
    live = rival(after.charter, found.digest, lambda: open_log(project, log, writing=False))
    child = replace(model, target=target, model=found.digest, manifest=found.blob, baseline=live)
    what, cases = yardstick(model, *chosen, most)
    if not cases:
        why = "" if not most else "no case falls to the rehearsal, and none was kept for choosing"
        return Beforehand(after, child, found.artifact, None, why)
    try:
        parent = Rival(model.target, project.charter.target, model.model)
        beside = descent(after, child, parent, (what, cases), hear=hear)
    except SeatrialError as error:
        return Beforehand(after, child, found.artifact, None, f"child and parent could not be compared: {error}")
    return Beforehand(after, child, found.artifact, beside)


def ahead(known: Beforehand, *, log: str | None = None, hear: Listener = silent) -> Planned:
    """Return what a gate of the child would cost and how likely each verdict is; nothing is logged or spent."""
    seen = known.descent.pilot if known.descent else ()
    notes = [f"Rates and minutes are the child's on {known.descent.where}; a rate is a guess."] if known.descent else []
    return foreseen(known.project, known.child, given={}, seen=seen, notes=notes, log=log, hear=hear)
