"""What ran, newest first: every attempt and what became of it, decisions, waivers, approvals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from seatrial.decision.decision import EXIT_CODES, WORST_FIRST
from seatrial.errors import EvidenceError
from seatrial.evidence.history import last, seqs
from seatrial.evidence.log import Log
from seatrial.proof import envelope, statement
from seatrial.proof.reading import UNREADABLE
from seatrial.proof.statement import Statement
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.verbs.project import open_log, opened


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that happened."""

    entry: int
    """Of the statement that says it last."""
    kind: str
    """`decision`, `attempt` (no decision yet), `waiver`, `approval`, or `unreadable`."""
    what: str
    """`deploy`, `hold`, `reject`; of an attempt `abandoned`, `interrupted` or `not judged`; else the kind."""
    sentence: str
    """The same in words, and what to do next."""
    exit_code: int | None = None
    """Of a decision."""
    attempt: int | None = None
    release: str = ""
    model: str = ""
    """Digest of the model's manifest."""
    who: str = ""
    """Who submitted, or whose signature it is; a name is no proof."""
    when: str = ""
    """ISO instant in UTC at which the run ended, by the runner's own, untrusted clock; empty if it says none."""
    clauses: Mapping[str, str] = field(default_factory=dict)
    """Of a decision: clause -> verdict."""


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
    model = row.model.removeprefix("sha256:")[:12]
    return (
        str(row.entry),
        row.what,
        attempt,
        row.release,
        model,
        row.when[:16].replace("T", " "),
        row.who,
        row.sentence,
    )


def history(path: Path | str, *, limit: int | None = None, log: str | None = None) -> History:
    """Return what the log of a charter's system says, newest first; a log with entries of other kinds is no obstacle.

    Args:
        path: The charter, or the folder that it lies in.
        limit: At most so many rows; all by default.
        log: Folder of the log, if not the default.

    Raises:
        LogError: If there is no log.
        EvidenceError: If the log was changed or shortened.
    """
    kept = open_log(opened(path), log, writing=False)
    said = [_said(data) for data in kept.entries()]
    rows = sorted(_rows(kept, said), key=lambda row: row.entry, reverse=True)
    return History(kept.origin, kept.place, len(said), tuple(rows[:limit]))


def _said(data: bytes) -> Statement:
    """Return what an entry says; the checkpoint vouches for it, so that nothing but its form can be strange."""
    try:
        return statement.read(envelope.parsed(data).payload)
    except EvidenceError:
        return UNREADABLE


def _rows(log: Log, said: Sequence[Statement]) -> Iterator[Row]:
    for seq, one in enumerate(said):
        if one.kind == "submission":
            yield from _attempt(said, seq)
        elif one.kind in ("waiver", "approval"):
            yield _signed(log, said, seq)
        elif one is UNREADABLE:
            yield Row(seq, "unreadable", "unreadable", "this version cannot read it; `seatrial verify` says why")


def _attempt(said: Sequence[Statement], submission: int) -> Iterator[Row]:
    """Yield the decisions on a submission, or one row that says how far it came."""
    asked = said[submission].predicate
    about = {"release": asked["release"], "model": asked["model"], "who": asked["submitter"]}
    plan = last(said, "run-plan", submission=submission)
    if plan is None:
        yield Row(submission, "attempt", "abandoned", "submitted, and no cases were drawn", **about)
        return
    about["attempt"] = said[plan].predicate["attempt"]
    results = seqs(said, "run-result", run_plan=plan)
    if not results:
        hint = "it has no result; the command that began it goes on"
        yield Row(plan, "attempt", "interrupted", hint, **about)
        return
    decisions = [seq for result in results for seq in seqs(said, "decision", run_result=result)]
    about["when"] = _ended(said, results)
    if not decisions:
        yield Row(results[-1], "attempt", "not judged", "`seatrial judge` decides on its result", **about)
    for seq in decisions:
        yield _decided(said, seq, about)


def _decided(said: Sequence[Statement], seq: int, about: Mapping[str, Any]) -> Row:
    one = said[seq].predicate
    clauses = {name: entry["verdict"] for name, entry in one["clauses"].items()}
    counts = Counter(clauses.values())
    told = ", ".join(f"{counts[word]} {word}" for word in WORST_FIRST if counts[word])
    fields = {**about, "release": one["release"], "exit_code": EXIT_CODES[one["decision"]], "clauses": clauses}
    return Row(seq, "decision", one["decision"], told, **fields)


def _signed(log: Log, said: Sequence[Statement], seq: int) -> Row:
    one = said[seq]
    keys = envelope.parsed(log.entries()[seq]).key_ids
    names = [name for name in (log.keyring.person(key, seq) for key in keys) if name]
    reason = f"{one.predicate['clause']}: {one.predicate['reason']}" if one.kind == "waiver" else "of a decision"
    return Row(seq, one.kind, one.kind, reason, model=one.model, who=", ".join(sorted(names)))


def _ended(said: Sequence[Statement], results: Sequence[int]) -> str:
    there = [seq for result in results for seq in seqs(said, "environment", run_result=result)]
    return str(said[there[-1]].predicate["ended"]) if there else ""
