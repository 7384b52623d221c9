"""A child beside its parent, clause by clause: the same cases, attacks and chance, before anything is spent.

Both models are rehearsed as candidate and baseline of one plan, so that they get equal seeds.  What is not a rehearsal:
cases whose attacked copies the child has learned from are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import numpy as np

from seatrial.cases.pools import fetch
from seatrial.decision.known import asked
from seatrial.errors import SeatrialError
from seatrial.harden.paired import Pairs, pairs
from seatrial.harden.timing import Timing, side_by_side
from seatrial.plan.plan import Plan, Promise
from seatrial.plan.subject import Rival
from seatrial.proof import claims, observation, rules, verdict
from seatrial.proof.criterion import Criterion, parse
from seatrial.proof.observation import BASE, Table
from seatrial.records.event import Listener, Phase, silent
from seatrial.reports.reporter import Curve
from seatrial.trial.run import Job
from seatrial.trial.run import run as run_job
from seatrial.verbs.beside import UNLIKELY, Beside, Descent, Part, Stood, changed
from seatrial.verbs.curves import Sized, curves
from seatrial.verbs.groups import class_names, group_names
from seatrial.verbs.project import Project, Tried, compiled
from seatrial.verbs.rehearse import Row
from seatrial.verbs.rows import HELD, Rows, rows
from seatrial.verbs.run import executor_of

ENOUGH = 40
"""Rehearsal cases from which on they are taken rather than training cases that were kept aside."""


def yardstick(model: Tried, kept: Sequence[bytes], used: frozenset[bytes], most: int) -> tuple[str, tuple[bytes, ...]]:
    """Return on which cases two models are compared: `rehearsal` or `kept`, and their digests.

    Args:
        model: Whose pools they are.
        kept: Training cases that the remedy kept for choosing.
        used: Cases that the child has learned from, or from attacked copies of which it has.
        most: At most so many.
    """
    rehearsal = [case for case in model.pools.rehearsal if case not in used]
    training = [case for case in sorted(kept) if case in model.pools.index and case not in used]
    first = len(rehearsal) >= ENOUGH or len(rehearsal) >= len(training)
    return ("rehearsal", tuple(rehearsal[:most])) if first else ("kept", tuple(training[:most]))


def descent(
    project: Project,
    child: Tried,
    parent: Rival,
    chosen: tuple[str, Sequence[bytes]],
    *,
    executor: str = "auto",
    workers: int = 2,
    hear: Listener = silent,
) -> Descent:
    """Return a child beside its parent on some cases; nothing is logged or spent.

    Args:
        project: The child's.
        child: The child, and where the cases are.
        parent: What it was made from.
        chosen: What cases these are, and their digests; at least one.
        executor: Id on the shelf of executors.
        workers: Processes, for an executor that has them.
        hear: Is told what happens.
    """
    what, cases = chosen
    hear(Phase(f"trying child and parent on {len(cases):,} cases"))
    whole = compiled(project, child).plan
    plan, notes = _plan(whole, parent, len(cases))
    nonce = sha256(b"seatrial/descent/v1\x00" + plan.blob + b"".join(cases)).digest()
    folder = project.scratch("descents", nonce.hex()[:16])
    job = Job(plan=plan, cases=tuple(cases), members=(), nonce=nonce, home=project.folder, folder=folder)
    result = run_job(job, executor_of(executor, workers), hear=hear, minutes=project.charter.minutes)
    blobs = dict(result.blobs())
    said = {"run_plan": 0, **result.to_json()}
    tables = {name: observation.decode(blob) for name, blob in blobs.items() if name in _named(said)}
    seconds = {one.name: sum(r.seconds for r in result.results if r.clause == one.name) for one in plan.clauses}
    found = _Both(whole, plan, said, tables)
    notes += sorted({f"{one.clause}: {one.reason}" for one in result.results if one.reason})
    return Descent(
        what,
        len(cases),
        tuple(found.clauses()),
        _timed(child, parent, cases, notes),
        tuple(notes),
        tuple(found.pilot(seconds)),
    )


def _plan(whole: Plan, parent: Rival, take: int) -> tuple[Plan, list[str]]:
    """Return the plan with the parent as baseline of every clause, and what it leaves out."""
    asks, notes = [], []
    for one in whole.clauses:
        if one.members:
            notes.append(f"{one.name}: asks about the training cases of one model, so that two are not compared")
            continue
        require = str(replace(parse(one.require), baseline=True))
        asks.append(replace(one, require=require, count=take if one.shard else min(one.count, take), first=0))
    baseline = {"target": dict(parent.block), "model": parent.model}
    return replace(whole, take=take, stop="", clauses=tuple(asks), baseline=baseline), notes


def _named(said: Mapping[str, Any]) -> set[str]:
    return {one[kind] for one in said["shards"] for kind in ("computed", "measured") if one[kind]}


def _timed(child: Tried, parent: Rival, cases: Sequence[bytes], notes: list[str]) -> Timing | None:
    try:
        return side_by_side(child.target, parent.target, fetch(child.cases, cases[:64]))
    except SeatrialError as error:
        notes.append(f"latency: {error}")
        return None


@dataclass(frozen=True, slots=True)
class _Both:
    """What a run left, read once for the child and once for its parent."""

    whole: Plan
    """As the charter asks."""
    plan: Plan
    """As it was run."""
    said: Mapping[str, Any]
    tables: Mapping[str, Table]

    def clauses(self) -> Iterator[Beside]:
        """Yield every clause that was tried."""
        child, parent = self._decided(self.tables), self._decided(self._parents())
        doubt = UNLIKELY / max(1, len(self.plan.clauses))
        for promise in self.plan.clauses:
            own = self.whole.promise(promise.name)
            yield self._beside(own, (parent[own.name], child[own.name]), doubt)

    def pilot(self, seconds: Mapping[str, float]) -> Iterator[Row]:
        """Yield the child's rates, and what a case of it costs: half of what both took."""
        found = self._decided(self.tables)
        for promise in self.plan.clauses:
            entry = found[promise.name]
            counts = {name: entry[name] for name in ("verdict", "n", "held", "unknown")}
            took = asked(promise, [dict(self.said)], self.tables)
            require = self.whole.promise(promise.name).require
            yield Row(promise.name, require, seconds=seconds[promise.name] / 2, calls=took, **counts)

    def _decided(self, tables: Mapping[str, Table]) -> Mapping[str, Any]:
        decided = verdict.decide(self._asked().to_json(), [self.said], tables, 1, {}, [], stamp={})
        clauses: Mapping[str, Any] = decided["clauses"]
        return clauses

    def _asked(self) -> Plan:
        """Return the plan with the criteria of the charter."""
        asks = tuple(replace(one, require=self.whole.promise(one.name).require) for one in self.plan.clauses)
        return replace(self.plan, clauses=asks)

    def _parents(self) -> dict[str, Table]:
        """Return the same rows with the parent's outcomes in the place of the child's."""
        return {name: replace(one, columns=_parent(one.columns)) for name, one in self.tables.items()}

    def _beside(self, promise: Promise, entries: tuple[Mapping[str, Any], Mapping[str, Any]], doubt: float) -> Beside:
        wanted, sides = parse(promise.require), (self._parents(), self.tables)
        parent, child = (rows(promise.name, [self.said], tables) for tables in sides)
        stood = [self._stood(promise, entry, tables) for entry, tables in zip(entries, sides, strict=True)]
        differ = _pairs(wanted, child, parent)
        change = changed(wanted, (stood[0].verdict, stood[1].verdict), differ, doubt)
        return Beside(
            promise.name,
            promise.require,
            promise.because,
            promise.severity,
            promise.advisory,
            stood[0],
            stood[1],
            differ,
            change,
            tuple(_parts(promise.require, child, parent, class_names(self.whole))) if differ else (),
            bool(group_names(child)),
            tuple(
                one for model, seen in zip(stood, (parent, child), strict=True) for one in _sizes(model, promise, seen)
            ),
            doubt,
        )

    def _stood(self, promise: Promise, entry: Mapping[str, Any], tables: Mapping[str, Table]) -> Stood:
        said, wanted = self._asked().to_json(), parse(promise.require)
        seen = verdict.seen_of(said, promise.name, verdict.outcomes([self.said]), tables)
        low, high = claims.interval(wanted, seen.tally(wanted, early=rules.stops_early(said)), wanted.alpha)
        counts = entry["n"], entry["held"], entry["unknown"]
        return Stood(entry["verdict"], *counts, low, high, _point(wanted, entry))


def _parent(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns with the baseline's outcomes in place of the candidate's, and beside themselves."""
    return {**columns, **{name[len(BASE) :]: values for name, values in columns.items() if name.startswith(BASE)}}


def _point(wanted: Criterion, entry: Mapping[str, Any]) -> float | None:
    """Return the measured value behind the counts of a clause; None where they do not tell it."""
    if wanted.metric == "gap" or not entry["n"]:
        return None
    if entry["total"] is None:
        return float(entry["held"] / entry["n"])
    mean = float(entry["total"]) / float(entry["n"])
    return 2 * mean - 1 if wanted.baseline else mean


def _pairs(wanted: Criterion, child: Rows, parent: Rows) -> Pairs | None:
    """Return in how many cases the two differ; of a mean, in how many one has the better value.

    Where the criterion counts people or sessions, so does this: cases of one person are no independent evidence, and a
    person has lost who lost more cases than were won.
    """
    name = wanted.arguments[0] if wanted.arguments else ""
    if name == "latency" or not len(child):
        return None
    if wanted.metric == "mean" and f"value:{name}" in child.columns:
        ours, theirs = child.columns[f"value:{name}"], parent.columns[f"value:{name}"]
        better, worse = (ours > theirs, ours < theirs) if wanted.comparison == ">=" else (ours < theirs, ours > theirs)
    else:
        require = str(replace(wanted, baseline=False))
        held, before = (one.outcomes(require) == HELD for one in (child, parent))
        better, worse = held & ~before, before & ~held
    gained = better.astype(np.int64) - worse.astype(np.int64)
    if wanted.clustered and (units := group_names(child)):
        gained = np.bincount(np.unique(units, return_inverse=True)[1], weights=gained)
    return Pairs(int((gained < 0).sum()), int((gained > 0).sum()))


def _parts(require: str, child: Rows, parent: Rows, classes: tuple[str, ...]) -> Iterator[Part]:
    """Yield groups where the source names some, else classes, with the cases that each of them lost and won."""
    named = group_names(child)
    if not named and "label" in child.columns:
        named = [_called(one, classes) for one in child.columns["label"].tolist()]
    if not named or "held" not in child.columns:
        return
    ours, theirs = child.outcomes(require) == HELD, parent.outcomes(require) == HELD
    column = np.array(named)
    for name in sorted(set(named), key=lambda one: (len(one), one)):
        mine = column == name
        counts = int(mine.sum()), int(theirs[mine].sum()), int(ours[mine].sum())
        yield Part(name, *counts, pairs(ours[mine], theirs[mine]))


def _called(label: Any, classes: tuple[str, ...]) -> str:
    return classes[label] if isinstance(label, int) and 0 <= label < len(classes) else f"class {label}"


def _sizes(model: Stood, promise: Promise, seen: Rows) -> tuple[Curve, ...]:
    """Return what each size of the change left standing, where a clause tries several."""
    sized = Sized(promise.name, promise.require, model.verdict, model.n)
    return curves([(sized, promise, seen)])
