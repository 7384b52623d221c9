"""The register of risks, with what the last decision says of each."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seatrial.decision.risks import BANDS, Seen, seen
from seatrial.decision.risks import risks as read
from seatrial.decision.times import shown
from seatrial.evidence import recorder
from seatrial.evidence.history import last
from seatrial.evidence.log import Log
from seatrial.evidence.words import words
from seatrial.proof import rests
from seatrial.reports.escape import prose
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.reports.reporter import Risk
from seatrial.verbs.days import today
from seatrial.verbs.project import open_log, opened

RULE = (
    "Score: likelihood (rare 1 to almost certain 5) times impact (negligible 1 to severe 5); from 5 medium, from 10 "
    "high, from 20 extreme. A judgement of people, and no measurement."
)
COLUMNS = (
    "id",
    "title",
    "score",
    "band",
    "likelihood",
    "impact",
    "owner",
    "treatment",
    "residual",
    "status",
    "verdict",
    "scenarios",
    "clauses",
    "findings",
    "review",
    "exploit",
    "changed",
    "by",
    "signed",
)
"""Of an export."""


@dataclass(frozen=True, slots=True)
class Register:
    """The risks of a system, worst first."""

    origin: str
    rows: tuple[Seen, ...]
    decision: int | None
    """Entry of the decision that the verdicts are from; None if nothing was decided yet."""
    release: str
    """That it is about."""
    day: str
    """On which it was looked at, `2027-03-01`."""

    @property
    def sentence(self) -> str:
        """How many there are, in words."""
        still = [one for one in self.rows if one.risk.status == "open"]
        if not self.rows:
            return "No risk is on the register: `seatrial risk add` puts one there."
        counts = [(sum(one.risk.band == band for one in still), band) for _, band in BANDS]
        told = ", ".join(f"{count} {band}" for count, band in counts if count)
        late = sum(one.risk.overdue(self.day) for one in still)
        over = f"; {late} to be looked at again" if late else ""
        return f"{len(still)} open risk{'' if len(still) == 1 else 's'}{f': {told}' if told else ''}{over}."

    def __str__(self) -> str:
        return self.sentence

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        about = {"origin": self.origin, "decision": self.decision, "release": self.release, "day": self.day}
        return {**about, "rule": RULE, "risks": [plain(one, self.day) for one in self.rows]}

    def to_csv(self) -> str:
        """Return it as RFC 4180 has it; what a spreadsheet would take for a formula begins with an apostrophe."""
        file = io.StringIO(newline="")
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for one in self.rows:
            row = plain(one, self.day)
            writer.writerow([_cell(row[name]) for name in COLUMNS])
        return file.getvalue()

    def to_markdown(self) -> str:
        """Return it as a table of GitHub Markdown."""
        about = f"verdicts of decision {self.decision}, release {self.release}" if self.decision is not None else ""
        heads = ("risk", "score", "owner", "treatment", "the last decision says", "left", "review")
        lines = [f"# Risks of {prose(self.origin)}", self.sentence, RULE, *([about] if about else [])]
        table = [f"| {' | '.join(heads)} |", "|---|--:|---|---|---|---|---|"]
        table += [f"| {' | '.join(prose(cell, 300) for cell in cells(one))} |" for one in self.rows]
        return "\n\n".join([*lines, "\n".join(table)]) + "\n"

    def _repr_html_(self) -> str:
        columns = ("Risk", "Score", "Owner", "Treatment", "The last decision says", "Left", "Review")
        return sheet_card(Sheet(self.sentence, columns, tuple(cells(one) for one in self.rows), notes=(RULE,)))


def risks(
    path: Path | str, *, closed: bool = False, log: str | None = None, now: Callable[[], float] = time.time
) -> Register:
    """Return the register of risks, worst first.

    Args:
        path: The charter, or the folder that it lies in.
        closed: Whether closed ones are listed, too.
        log: Address of the log, if not the default.
        now: The present, seconds UTC: what was to be looked at again before is overdue.

    Raises:
        LogError: If there is no log.
        EvidenceError: If the log was changed or shortened.

    Examples:
        >>> seatrial.risks("charter.yaml").sentence
        'No risk is on the register: `seatrial risk add` puts one there.'
    """
    kept = open_log(opened(path), log, writing=False)
    entry = last(kept.statements(), "decision")
    rows = looked_at(kept, entry)
    release = "" if entry is None else str(kept.statements()[entry].predicate["release"])
    wanted = tuple(one for one in rows if closed or one.risk.status == "open")
    return Register(kept.origin, wanted, entry, release, today(now()))


def looked_at(log: Log, decision: int | None, *, upto: int | None = None) -> tuple[Seen, ...]:
    """Return the risks of a log with what a decision says of each, worst first.

    Args:
        log: The system's log.
        decision: Entry of the decision; None if there is none.
        upto: So many entries are looked at; all by default.
    """
    people = words(log)
    known = read(people if upto is None else people.upto(upto))
    return seen(known, {} if decision is None or not known else verdicts(log, decision))


def reported(log: Log, decision: int) -> tuple[tuple[Risk, ...], int]:
    """Return the open risks that a decision tries, for a report, worst first, and how many more are open."""
    every = [one for one in looked_at(log, decision) if one.risk.status == "open"]
    touched = [one for one in every if one.by]
    names = ("id", "title", "score", "band", "owner", "treatment", "residual", "review")
    told = [{name: getattr(one.risk, name) for name in names} | {"says": spoken(one)} for one in touched]
    rows = (Risk(**fields, verdict=one.verdict) for one, fields in zip(touched, told, strict=True))
    return tuple(rows), len(every) - len(touched)


def verdicts(log: Log, decision: int) -> dict[str, tuple[str, Sequence[str]]]:
    """Return the clauses of a decision, each with its verdict and the scenarios that it tries."""
    statements = log.statements()
    said = statements[decision].predicate
    run_plan = rests.chain(statements[:decision], said["run_result"]).run_plans[-1]
    plan = recorder.submitted(log, statements[run_plan].predicate["submission"])
    tries = {one.name: tuple(trying.scenario for trying in one.tries) for one in plan.clauses}
    return {name: (entry["verdict"], tries.get(name, ())) for name, entry in said["clauses"].items()}


def plain(one: Seen, day: str) -> dict[str, Any]:
    """Return a risk as plain JSON values."""
    risk = one.risk
    first, newest = risk.changes[0], risk.changes[-1]
    return {
        **{name: getattr(risk, name) for name in ("id", "title", "exploit", "likelihood", "impact", "score", "band")},
        **{name: getattr(risk, name) for name in ("owner", "treatment", "residual", "status", "review")},
        **{name: list(getattr(risk, name)) for name in ("scenarios", "clauses", "findings")},
        "overdue": risk.overdue(day),
        "verdict": one.verdict,
        "clauses_that_try_it": dict(one.by),
        "untried": list(one.untried),
        "added": shown(first.at),
        "changed": shown(newest.at),
        "by": newest.by,
        "signed": newest.signed,
        "history": [asdict(change) for change in risk.changes],
    }


def cells(one: Seen) -> tuple[str, ...]:
    """Return a risk as cells of a table: risk, score, owner, treatment, verdict, what is left, review."""
    risk = one.risk
    state = " (closed)" if risk.status == "closed" else ""
    return (
        f"{risk.id} {risk.title}{state}",
        f"{risk.score} {risk.band}",
        risk.owner,
        risk.treatment,
        spoken(one),
        risk.residual or "-",
        risk.review or "-",
    )


def spoken(one: Seen) -> str:
    """Return what a decision says of a risk, in words: `breached: glare`, `untried: evasion/patch`."""
    by: Mapping[str, str] = dict(one.by)
    worst = [name for name, verdict in by.items() if verdict == one.verdict]
    if one.verdict == "untried":
        worst = [*dict.fromkeys((*worst, *one.untried))]
        if not worst:
            return "untried: it names no scenario and no clause"
    return f"{one.verdict}: {', '.join(worst)}"


def _cell(value: Any) -> str:
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
