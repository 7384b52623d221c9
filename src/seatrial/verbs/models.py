"""The models of a log side by side: what each clause gave, where each comes from, and which no other one beats."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from seatrial.evidence.history import seqs
from seatrial.evidence.lineage import Lineage, ancestors
from seatrial.evidence.log import Log
from seatrial.proof.canonical import short
from seatrial.proof.criterion import parse
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.reports.tradeoff import Bin, Candidate, page
from seatrial.verbs.project import open_log, opened


@dataclass(frozen=True, slots=True)
class Judged:
    """One model, as its last decision found it."""

    model: str
    """Digest of its manifest."""
    entry: int
    """Of the decision."""
    decision: str
    release: str
    rates: Mapping[str, float]
    """Clause -> share of the cases that held, or mean of what was measured; a point, no bound."""
    parent: str
    """Digest of what it was made from; empty if nobody said."""
    remedy: str
    calibration: Mapping[str, float]
    """`clean`, `attacked` -> expected calibration error, where the remedy that made it measured that."""
    clean: str
    """The clause that asks about untouched cases; empty if there is none."""
    reliability: Mapping[str, tuple[Bin, ...]]
    """`clean`, `attacked` -> the reliability diagram behind `calibration`."""
    unbeaten: bool = False
    """Whether no other model that was judged on the same clauses is as good in all and better in one."""


@dataclass(frozen=True, slots=True)
class Models:
    """The models of one log."""

    origin: str
    clauses: tuple[str, ...]
    """Every clause that any of them was judged on, in the order of the newest charter."""
    rows: tuple[Judged, ...]
    """Newest first."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"origin": self.origin, "clauses": list(self.clauses), "models": [asdict(one) for one in self.rows]}

    def cells(self) -> Iterator[tuple[str, ...]]:
        """Yield a row of texts for each model: digest, decision, a rate per clause, ECE, where it comes from."""
        for one in self.rows:
            rates = (f"{one.rates[name]:.1%}" if name in one.rates else "" for name in self.clauses)
            errors = " / ".join(f"{value:.1%}" for value in one.calibration.values())
            origin = " of ".join(part for part in (one.remedy, short(one.parent)) if part)
            mark = "*" if one.unbeaten else ""
            yield (short(one.model) + mark, f"{one.decision} ({one.entry})", one.release, *rates, errors, origin)

    def page(self) -> bytes:
        """Return them as one self-contained HTML page: drawn, as a table, and what their confidence is worth."""
        shown = [_candidate(one, cells) for one, cells in zip(self.rows, self.cells(), strict=True)]
        return page(self.origin.rpartition("/")[2], self.heads, shown, NOTE)

    @property
    def heads(self) -> tuple[str, ...]:
        """What stands above the columns of `cells`."""
        return ("Model", "Decision", "Release", *self.clauses, "ECE clean / attacked", "Made by")

    def _repr_html_(self) -> str:
        return sheet_card(Sheet(self.origin, self.heads, tuple(self.cells()), notes=(NOTE,)))


NOTE = "* no other model here is as good in every clause and better in one. Rates are points on different cases; \
the gate's bounds decide."


def models(path: Path | str, *, log: str | None = None) -> Models:
    """Return the models that were decided about, each with its last decision.

    Args:
        path: The charter, or the folder that it lies in.
        log: The log, if not the default one.

    Raises:
        LogError: If there is no log.
        EvidenceError: If the log was changed or shortened.

    Examples:
        >>> gated = seatrial.gate("charter.yaml")
        >>> [one.decision for one in seatrial.models("charter.yaml").rows]
        ['deploy']
    """
    project = opened(path)
    kept = open_log(project, log, writing=False)
    statements = kept.statements()
    last = {statements[seq].model: seq for seq in seqs(statements, "decision")}
    rows = [_judged(kept, seq) for seq in sorted(last.values(), reverse=True)]
    found = {name: None for clause in project.charter.clauses for name in (clause.name,)}
    named = [*found, *sorted({name for row in rows for name in row.rates} - found.keys())]
    used = tuple(name for name in named if any(name in row.rates for row in rows))
    beaten = [any(_beats(other, one) for other in rows) for one in rows]
    marked = tuple(replace(one, unbeaten=not lost) for one, lost in zip(rows, beaten, strict=True))
    return Models(kept.origin, used, marked)


def _judged(log: Log, seq: int) -> Judged:
    said = log.statements()[seq]
    mine = (one for one in ancestors(log, said.model) if said.model == one.model or said.artifact == one.artifact)
    made = next(mine, None)
    clauses = json.loads(log.store.get(said.predicate["charter"]))["clauses"]
    asked = {clause["name"]: clause["require"] for clause in clauses}
    worth = _worth(log, made)
    return Judged(
        model=said.model,
        entry=seq,
        decision=said.predicate["decision"],
        release=said.predicate["release"],
        rates={name: rate for name, one in said.predicate["clauses"].items() for rate in _rate(one, asked.get(name))},
        parent=(made.parent or "") if made else "",
        remedy=made.remedy if made else "",
        calibration={part: one["ece"] for part, one in worth.items()},
        clean=next((clause["name"] for clause in clauses if _untouched(clause)), ""),
        reliability={part: tuple(Bin(**row) for row in one.get("bins", ())) for part, one in worth.items()},
    )


def _untouched(clause: Mapping[str, Any]) -> bool:
    return all(use["scenario"].startswith("baseline/") for use in clause["scenarios"])


def _candidate(one: Judged, cells: tuple[str, ...]) -> Candidate:
    others = {name: rate for name, rate in one.rates.items() if name != one.clean}
    worst = min(others, key=lambda name: others[name], default="")
    rates = one.rates.get(one.clean), others.get(worst)
    return Candidate(short(one.model), *rates, worst, cells, one.unbeaten, one.reliability)


def _rate(clause: Mapping[str, Any], require: str | None) -> Iterator[float]:
    """Yield the point that a clause's counts stand for; nothing of a clause without cases, or of another measure."""
    if not clause["n"] or require is None or parse(require).metric != "held_rate":
        return
    yield clause["held"] / clause["n"]


def _worth(log: Log, made: Lineage | None) -> dict[str, Any]:
    """Return what the remedy that made a model measured of its confidence: part -> reliability as JSON."""
    if made is None or made.record is None:
        return {}
    told = json.loads(log.store.get(made.record)).get("calibration", {})
    return {part: one["after"] for part, one in told.items() if "after" in one}


def _beats(other: Judged, one: Judged) -> bool:
    """Return whether another model is as good in every clause, and better in one."""
    if not one.rates or other.rates.keys() != one.rates.keys():
        return False
    pairs = [(other.rates[name], one.rates[name]) for name in one.rates]
    return all(theirs >= mine for theirs, mine in pairs) and any(theirs > mine for theirs, mine in pairs)
