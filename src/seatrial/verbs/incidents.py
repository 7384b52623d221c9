"""What went wrong in service: a view over the log."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seatrial.decision.incidents import Incident
from seatrial.decision.incidents import incidents as every
from seatrial.decision.times import shown
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.verbs.project import open_log, opened


@dataclass(frozen=True, slots=True)
class Incidents:
    """Incidents of a log."""

    rows: tuple[Incident, ...]

    @property
    def sentence(self) -> str:
        """How many there are, in words."""
        count, left = len(self.rows), sum(not one.closed for one in self.rows)
        return f"{count} incident{'' if count == 1 else 's'}, {left} open." if count else "No incident is open."

    def __str__(self) -> str:
        return "\n".join([self.sentence, *(f"{one.id}  {one.severity}  {one.what}" for one in self.rows)])

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"incidents": [told(one) for one in self.rows]}

    def _repr_html_(self) -> str:
        columns = ("Incident", "State", "Severity", "Since", "Release", "Finding", "What happened")
        rows = tuple(
            (
                one.id,
                "closed" if one.closed else "open",
                one.severity,
                shown(one.since),
                one.release or "not known",
                one.finding,
                one.what,
            )
            for one in self.rows
        )
        return sheet_card(Sheet(self.sentence, columns, rows))


def incidents(path: Path | str, *, everything: bool = False, log: str | None = None) -> Incidents:
    """Return what went wrong in service, oldest first.

    Args:
        path: The charter, or the folder that it lies in.
        everything: Whether to list closed ones, too.
        log: Folder of the log, if not the default.

    Raises:
        EvidenceError: If the log was changed, or is older than what the project remembers.

    Examples:
        >>> seatrial.incidents("charter.yaml").sentence
        'No incident is open.'
    """
    kept = open_log(opened(path), log, writing=False)
    return Incidents(tuple(one for one in every(kept) if everything or not one.closed))


def told(one: Incident) -> dict[str, Any]:
    """Return an incident as plain JSON values."""
    notes = [{**asdict(note), "at": shown(note.at)} for note in one.notes]
    return {**asdict(one), "since": shown(one.since), "closed": one.closed, "notes": notes}
