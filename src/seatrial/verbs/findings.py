"""What is not held, who answers for it, and what to do first: a view over the log."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seatrial.charter.steps import roughly
from seatrial.decision import times
from seatrial.decision.findings import Tracked, find
from seatrial.decision.findings import findings as every
from seatrial.decision.rank import Ranked, ranked
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.verbs.project import open_log, opened

RULE = (
    "First is what takes most risk away for an hour of work: weight of the severity x how far the bound is from the "
    "limit x share of the traffic, divided by the hours that the next step costs; where nobody said what it costs, the "
    "risk alone. A rule of thumb: only the order means something."
)


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings of a log, and when they were looked at."""

    rows: tuple[Tracked, ...]
    now: int
    """Seconds UTC."""
    ranks: tuple[Ranked, ...] = ()
    """The same with what puts them in this order, if that was asked for."""
    decided: bool = True
    """Whether the log holds a decision."""

    @property
    def sentence(self) -> str:
        """How many there are, in words."""
        count, late = len(self.rows), sum(one.overdue(self.now) for one in self.rows)
        if not count and not self.decided:
            return "Nothing was found yet: there is no decision. `seatrial gate` makes one."
        if not count:
            return "Nothing is open: the last decision held every clause, or all findings are closed."
        over = f", {late} overdue" if late else ""
        return f"{count} finding{'' if count == 1 else 's'}{over}."

    def __str__(self) -> str:
        return "\n".join([self.sentence, *(_line(one, self.now) for one in self.rows)])

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        rows = [told(one, self.now) for one in self.rows]
        for row, rank in zip(rows, self.ranks, strict=False):
            inputs = {name: getattr(rank, name) for name in ("weight", "gap", "exposure", "hours", "risk", "score")}
            row["rank"] = {**inputs, "from": [rank.gap_from, rank.exposure_from, rank.hours_from]}
        return {"findings": rows, "rule": RULE if self.ranks else None}

    def _repr_html_(self) -> str:
        columns = ("Finding", "State", "Severity", "Owner", "Due", "Next step")
        rows = tuple(
            (one.id, one.state, one.severity, one.owner or "nobody", due_of(one, lambda: self.now), step_of(one))
            for one in self.rows
        )
        return sheet_card(Sheet(self.sentence, columns, rows, notes=(RULE,) if self.ranks else ()))


def findings(
    path: Path | str,
    *,
    everything: bool = False,
    rank: bool = False,
    log: str | None = None,
    now: Callable[[], float] = time.time,
) -> Findings:
    """Return what is not held, with who answers for it, until when, and which steps are done.

    Args:
        path: The charter, or the folder that it lies in.
        everything: Whether to list closed findings, too.
        rank: Whether to put first what takes most risk away for its cost; else the oldest.
        log: Folder of the log, if not the default.
        now: The present, seconds UTC.

    Raises:
        EvidenceError: If the log was changed, or is older than what the project remembers.

    Examples:
        >>> seatrial.findings("charter.yaml").sentence
        'Nothing was found yet: there is no decision. `seatrial gate` makes one.'
    """
    kept = open_log(opened(path), log, writing=False)
    rows = tuple(one for one in every(kept) if everything or not one.closed)
    ranks = ranked(kept, rows) if rank else ()
    decided = any(one.kind == "decision" for one in kept.statements())
    return Findings(tuple(one.finding for one in ranks) if rank else rows, int(now()), ranks, decided)


def shown(path: Path | str, finding: str, *, log: str | None = None) -> Tracked:
    """Return one finding, by its id or the beginning of it.

    Raises:
        InputError: If there is no such finding, or several.
    """
    return find(open_log(opened(path), log, writing=False), finding)


def told(one: Tracked, now: Callable[[], float] | int = time.time) -> dict[str, Any]:
    """Return a finding as plain JSON values."""
    at = now if isinstance(now, int) else int(now())
    words = [{**asdict(word), "at": times.shown(word.at)} for word in one.words]
    return {
        "id": one.id,
        "clause": one.clause,
        "state": one.state,
        "overdue": one.overdue(at),
        "severity": one.severity,
        "advisory": one.advisory,
        "title": one.title,
        "verdict": one.verdict,
        "release": one.release,
        "model": one.model,
        "seen": list(one.seen),
        "answered": one.answered,
        "owner": one.owner,
        "due": None if one.due is None else times.shown(one.due),
        "steps": [
            {**step.to_json(), "said": str(step), "done": one.done[at].entry if at in one.done else None}
            for at, step in enumerate(one.steps, 1)
        ],
        "words": words,
    }


def due_of(one: Tracked, now: Callable[[], float] = time.time) -> str:
    """Return when a finding is due, in words; empty if nobody said, or it is closed."""
    if one.due is None or one.closed:
        return ""
    at = int(now())
    away = f"{roughly(at - one.due)} overdue" if one.overdue(at) else f"in {roughly(one.due - at)}"
    return f"{times.shown(one.due)} ({away})"


def step_of(one: Tracked) -> str:
    """Return the next step of a finding in words."""
    if one.state == "answered":
        return f"close it by entry {one.answered}"
    at = one.next_step
    if at is None:
        return "" if one.closed else "every step is done: close it" if one.steps else "there is no playbook"
    return f"{at} of {len(one.steps)}: {one.steps[at - 1]}"


def _line(one: Tracked, now: int) -> str:
    parts = (one.id, one.state, one.severity, one.owner or "nobody", due_of(one, lambda: now), step_of(one))
    return "  ".join(part for part in parts if part)
