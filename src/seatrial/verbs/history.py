"""What ran and what people said, in order: every attempt and what became of it, and every entry of another kind."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seatrial.errors import EvidenceError, InputError, Problem, meant
from seatrial.proof import envelope, statement
from seatrial.proof.canonical import short
from seatrial.proof.fields import FIELDS
from seatrial.proof.reading import UNREADABLE
from seatrial.proof.statement import Statement
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.verbs.entries import Row, told
from seatrial.verbs.project import open_log, opened

__all__ = ["History", "Row", "history"]

_HIDDEN = {"submission", "run-plan", "run-result", "environment"}
KINDS = ("attempt", "unreadable", *sorted(FIELDS.keys() - _HIDDEN))
"""Kinds of rows."""


@dataclass(frozen=True, slots=True)
class History:
    """The history of one system."""

    origin: str
    place: str
    entries: int
    """Statements in the log."""
    rows: tuple[Row, ...]
    """Newest first."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {**asdict(self), "rows": [asdict(row) for row in self.rows]}

    def _repr_html_(self) -> str:
        columns = ("Entry", "What", "Attempt", "Release", "Model", "When (UTC)", "Who", "In words")
        rows = tuple(_cells(row) for row in self.rows)
        return sheet_card(Sheet(f"{self.origin}: {self.entries} entries", columns, rows, notes=(self.place,)))


def _cells(row: Row) -> tuple[str, ...]:
    """Return one row of a notebook's table."""
    attempt = "" if row.attempt is None else str(row.attempt)
    return (
        str(row.entry),
        row.what,
        attempt,
        row.release,
        short(row.model),
        row.when[:16].replace("T", " "),
        row.who,
        row.sentence,
    )


def history(
    path: Path | str,
    *,
    limit: int | None = None,
    kinds: Collection[str] = (),
    person: str = "",
    model: str = "",
    release: str = "",
    log: str | None = None,
) -> History:
    """Return what the log of a charter's system says, newest first; a log with entries of other kinds is no obstacle.

    Args:
        path: The charter, or the folder that it lies in.
        limit: At most so many rows; all by default.
        kinds: Only rows of these kinds; of all by default.
        person: Only what this person submitted, signed or is named beside.
        model: Only what is about the model whose digest begins so.
        release: Only what is about this release.
        log: Address of the log, if not the default.

    Raises:
        InputError: If there is no such kind.
        LogError: If there is no log.
        EvidenceError: If the log was changed or shortened.

    Examples:
        >>> seatrial.history("charter.yaml", kinds=["approval"], person="ada").rows
        ()
    """
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise InputError(*(Problem("kind", f"no kind {kind!r}", meant(kind, KINDS)) for kind in unknown))
    kept = open_log(opened(path), log, writing=False)
    said = [_said(data) for data in kept.entries()]
    every = sorted(told(kept, said), key=lambda row: row.entry, reverse=True)
    wanted = (row for row in every if not kinds or row.kind in kinds)
    rows = list(_of(wanted, person, model.removeprefix("sha256:"), release))
    return History(kept.origin, kept.place, len(said), tuple(rows[:limit]))


def _of(rows: Iterator[Row], person: str, model: str, release: str) -> Iterator[Row]:
    for row in rows:
        named = not person or person in row.people
        about = not model or row.model.removeprefix("sha256:").startswith(model)
        if named and about and release in ("", row.release):
            yield row


def _said(data: bytes) -> Statement:
    """Return what an entry says; the checkpoint vouches for it, so that nothing but its form can be strange."""
    try:
        return statement.read(envelope.parsed(data).payload)
    except EvidenceError:
        return UNREADABLE
