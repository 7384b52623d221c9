"""The models of a log side by side: what each clause gave, where each comes from, and which no other one beats."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

from seatrial.decision.rollout import PRODUCTION, environments, rollout
from seatrial.evidence.history import seqs
from seatrial.evidence.lineage import Lineage, aliases, ancestors, lineages
from seatrial.evidence.log import Log
from seatrial.evidence.words import words
from seatrial.proof import observation, rests, verdict
from seatrial.proof.canonical import short
from seatrial.proof.criterion import parse
from seatrial.records.bin import Bin
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.reports.tradeoff import Candidate, Scale, page
from seatrial.verbs.frontier import Axis, unbeaten
from seatrial.verbs.project import open_log, opened

PARTS = ("clean", "attacked")
"""What confidence is measured on."""
LATENCY, COST = Axis("Latency", "seconds"), Axis("Training", "cost")
SURE = {part: Axis(f"ECE {part}", "error") for part in PARTS}


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
    """Clause -> share of the cases that held; a point, no bound.  Clauses that ask about another measure are absent."""
    parent: str
    """Digest of what it was made from; empty if nobody said."""
    remedy: str
    calibration: Mapping[str, float]
    """`clean`, `attacked` -> expected calibration error, where a remedy measured that of what it made or began with."""
    clean: str
    """The clause that asks about untouched cases; empty if there is none."""
    reliability: Mapping[str, tuple[Bin, ...]]
    """`clean`, `attacked` -> the reliability diagram behind `calibration`."""
    unbeaten: bool = False
    """Whether no other model that was judged on the same clauses is as good in all that was measured of both, and
    better in something."""
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """`clean`, `attacked` -> `brier` and `nll` (nats), measured with `calibration`."""
    latency: float | None = None
    """Seconds of an answer as the trial recorded them: the median over the untouched cases (over all cases if no clause
    asks about such); cases that were asked together share their time.  None if nothing was recorded."""
    cost: float | None = None
    """CPU seconds that remedies spent on it and on what it was made from; None if no remedy said."""
    live: Mapping[str, int] = field(default_factory=dict)
    """Environment -> per cent of the traffic that it has there."""

    @property
    def values(self) -> Mapping[str, float]:
        """What it has on each axis that it was measured on."""
        sure = {SURE[part].name: value for part, value in self.calibration.items() if part in SURE}
        rest = {LATENCY.name: self.latency, COST.name: self.cost}
        return {**self.rates, **sure, **{name: value for name, value in rest.items() if value is not None}}


@dataclass(frozen=True, slots=True)
class Serving:
    """What is live in one environment, and how to go back."""

    environment: str
    models: tuple[str, ...]
    """Digests, the newest first."""
    paused: bool
    before: str
    """Digest of what a rollback falls back to; empty if nothing was live before."""
    decision: int | None
    """The decision about that."""

    @property
    def back(self) -> str:
        """The command that writes down that what was live before is live again; empty if there is nothing."""
        where = "" if self.environment == PRODUCTION else f" --environment {self.environment}"
        return f"seatrial rollback{where} --reason ..." if self.before else ""

    @property
    def sentence(self) -> str:
        """What is live and how to go back, in words."""
        shown = " and ".join(map(short, self.models))
        paused = " (paused)" if self.paused else ""
        said = f"Live in {self.environment}{paused}: {shown}."
        if not self.before:
            return f"{said} Nothing else was live there before."
        return f"{said} Back to {short(self.before)}, decision {self.decision}: {self.back}"


@dataclass(frozen=True, slots=True)
class Models:
    """The models of one log."""

    origin: str
    clauses: tuple[str, ...]
    """Every clause that any of them was judged on, in the order of the newest charter."""
    rows: tuple[Judged, ...]
    """Newest first."""
    serving: tuple[Serving, ...] = ()
    """What is live where, production first."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        served = [{**asdict(one), "back": one.back} for one in self.serving]
        models = [asdict(one) for one in self.rows]
        return {"origin": self.origin, "clauses": list(self.clauses), "models": models, "serving": served}

    @property
    def axes(self) -> tuple[Axis, ...]:
        """What they are compared in: every clause, and what else was measured of any of them."""
        there = {name for row in self.rows for name in row.values}
        rest = (axis for axis in (*SURE.values(), LATENCY, COST) if axis.name in there)
        return (*map(Axis, self.clauses), *rest)

    def cells(self) -> Iterator[tuple[str, ...]]:
        """Yield a row of texts for each model: digest, decision, a value per axis, origin, and where it serves."""
        for one in self.rows:
            values = [axis.shown(one.values[axis.name]) if axis.name in one.values else "" for axis in self.axes]
            origin = " of ".join(part for part in (one.remedy, short(one.parent)) if part)
            live = [name if share == 100 else f"{name} {share} %" for name, share in one.live.items()]
            mark = "*" if one.unbeaten else ""
            known = (short(one.model) + mark, f"{one.decision} ({one.entry})", one.release)
            yield (*known, *values, origin, *([", ".join(live)] if self.serving else []))

    def page(self) -> bytes:
        """Return them as one self-contained HTML page: drawn, as a table, and what their confidence is worth."""
        shown = [_candidate(one, cells) for one, cells in zip(self.rows, self.cells(), strict=True)]
        beside = (axis for axis in self.axes if axis.name not in self.clauses)
        scales = tuple(Scale(one.name, one.more, one.unit in ("seconds", "cost"), one.shown) for one in beside)
        return page(self.origin.rpartition("/")[2], self.heads, shown, scales, self.notes)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know, and what is live."""
        return (NOTE, *(one.sentence for one in self.serving))

    @property
    def heads(self) -> tuple[str, ...]:
        """What stands above the columns of `cells`."""
        live = ("Live",) if self.serving else ()
        return ("Model", "Decision", "Release", *(axis.name for axis in self.axes), "Made by", *live)

    def _repr_html_(self) -> str:
        return sheet_card(Sheet(self.origin, self.heads, tuple(self.cells()), notes=self.notes))


NOTE = "* no other model here that was judged on the same clauses is as good in all that both have and better in one. \
Latencies count as equal within a half or a millisecond, calibration errors (ECE) within one point. Rates are points \
on different cases; the gate's bounds decide. Latency is the median time of an answer in the trial, where cases that \
are asked together share their time; training is in CPU seconds, over all that a model descends from."


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
    named = list(dict.fromkeys(clause.name for clause in project.charter.clauses))
    named += sorted({name for row in rows for name in row.rates} - set(named))
    used = tuple(name for name in named if any(name in row.rates for row in rows))
    found = Models(kept.origin, used, tuple(rows), _serving(kept))
    best = unbeaten(found.axes, [row.values for row in rows])
    return replace(found, rows=tuple(replace(row, unbeaten=one) for row, one in zip(rows, best, strict=True)))


def _serving(log: Log) -> tuple[Serving, ...]:
    """Return what is live where, production first."""
    people, found = words(log), list[Serving]()
    for name in sorted(environments(people), key=lambda name: (name != PRODUCTION, name)):
        now = rollout(people, name)
        before = (now.before.model, now.before.decision) if now.before else ("", None)
        if now.serving:
            found.append(Serving(name, tuple(one.model for one in now.serving), now.paused is not None, *before))
    return tuple(found)


def _judged(log: Log, seq: int) -> Judged:
    said = log.statements()[seq]
    line = ancestors(log, said.model)
    made = next((one for one in line if said.model == one.model or said.artifact == one.artifact), None)
    clauses = json.loads(log.store.get(said.predicate["charter"]))["clauses"]
    asked = {clause["name"]: clause["require"] for clause in clauses}
    clean = next((clause["name"] for clause in clauses if _untouched(clause)), "")
    worth, people = _worth(log, said.model, made), words(log)
    here = [(name, one) for name in environments(people) for one in rollout(people, name).serving]
    return Judged(
        model=said.model,
        entry=seq,
        decision=said.predicate["decision"],
        release=said.predicate["release"],
        rates={name: rate for name, one in said.predicate["clauses"].items() for rate in _rate(one, asked.get(name))},
        parent=(made.parent or "") if made else "",
        remedy=made.remedy if made else "",
        calibration={part: one["ece"] for part, one in worth.items()},
        clean=clean,
        reliability={part: tuple(Bin(**row) for row in one.get("bins", ())) for part, one in worth.items()},
        scores={part: {name: one[name] for name in ("brier", "nll") if name in one} for part, one in worth.items()},
        latency=_latency(log, seq, clean),
        cost=_cost(log, line),
        live={name: one.share for name, one in here if one.model == said.model},
    )


def _untouched(clause: Mapping[str, Any]) -> bool:
    return all(use["scenario"].startswith("baseline/") for use in clause["scenarios"])


def _candidate(one: Judged, cells: tuple[str, ...]) -> Candidate:
    others = {name: rate for name, rate in one.rates.items() if name != one.clean}
    worst = min(others, key=lambda name: others[name], default="")
    rates = one.rates.get(one.clean), others.get(worst)
    return Candidate(short(one.model), *rates, worst, cells, one.unbeaten, one.reliability, one.values)


def _rate(clause: Mapping[str, Any], require: str | None) -> Iterator[float]:
    """Yield the point that a clause's counts stand for; nothing of a clause without cases, or of another measure."""
    if not clause["n"] or require is None or parse(require).metric != "held_rate":
        return
    yield clause["held"] / clause["n"]


def _latency(log: Log, seq: int, clean: str) -> float | None:
    """Return the median seconds of an answer in the trial that a decision is about.

    Args:
        log: The system's log.
        seq: Entry of the decision.
        clean: The clause whose cases count; every clause if empty.
    """
    statements = log.statements()
    links = rests.chain(statements, statements[seq].predicate["run_result"])
    slices = verdict.outcomes([statements[entry].predicate for entry in links.run_results])
    done = [one for slice_ in slices for one in slice_.values() if one["status"] == "done"]
    blobs = {one["measured"] for one in done if one["measured"] and clean in ("", one["clause"])}
    seconds = list[float]()
    for blob in sorted(blobs):
        seconds += [float(one) for one in observation.decode(log.store.get(blob)).columns.get("seconds", ())]
    return median(timed) if (timed := [one for one in seconds if one > 0]) else None


def _cost(log: Log, line: Sequence[Lineage]) -> float | None:
    """Return the CPU seconds that remedies say they spent, over a line of descent; None if none says any."""
    spent = [one.get("cpu_seconds") for one in _records(log, line).values()]
    said = [float(one) for one in spent if isinstance(one, int | float)]
    return sum(said) if said else None


def _records(log: Log, line: Sequence[Lineage]) -> dict[str, Mapping[str, Any]]:
    """Return digest -> how a model was made, of every lineage that has such a record; one that is told twice, once."""
    return {one.record: json.loads(log.store.get(one.record)) for one in line if one.record is not None}


def _worth(log: Log, model: str, made: Lineage | None) -> dict[str, Any]:
    """Return what was measured of a model's confidence: part -> reliability as JSON.

    By the remedy that made it, or else by the newest remedy that began with it.
    """
    names = aliases(log.statements(), model)
    begun = [one for one in reversed(lineages(log.statements())) if one.parent in names]
    for name, lines in (("after", [made] if made else []), ("before", begun)):
        for told in _records(log, lines).values():
            said = told.get("calibration") or {}
            if worth := {part: said[part][name] for part in PARTS if name in said.get(part, ())}:
                return worth
    return {}
