"""What may not be learned from, of some new cases: row by row, with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.cases.pools import fetch
from seatrial.cases.sealed import nearest, shadows
from seatrial.charter.charter import Charter
from seatrial.errors import Problem
from seatrial.evidence.history import seqs, slice_at
from seatrial.evidence.log import Log
from seatrial.plan.plan import Plan
from seatrial.proof.rules import unit_of
from seatrial.records.batch import Batch, plain
from seatrial.records.digest import group_name, group_texts
from seatrial.records.threat import Ball
from seatrial.verbs.project import Tried

WINDOW = 4096
"""Sealed cases that are read at once."""
SAMPLE = 256
"""Training cases that say how near to each other cases are by themselves."""
SHOWN = 5
"""Rows that a reason names."""
GATE = "a gate case that no attempt has opened"
COPY = "such a gate case, stored otherwise"
MADE = "made from a gate case that no attempt has opened"
NEAR = (
    "so near to such a gate case that it may be an attacked copy: within the charter's threats, nearer than cases are"
)
REHEARSED = "a rehearsal case as it is, or the same stored otherwise: rehearsals would say nothing any more"
PERSON = "of a unit whose cases the gate or a rehearsal asks about"
LABEL = "labelled otherwise than the same input among the cases, the lessons or these rows"
CLASS = "labelled with a class that there is not"
RANGE = "outside the range of the inputs"
WHY = {
    CLASS: "labels are the classes of the charter's cases",
    LABEL: "nobody can say which is right: leave them out, or mend the labels",
}
HINT = "leave them out (--drop does); the gate would ask what it has taught"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the gate and the rehearsals ask about."""

    model: Tried
    unopened: frozenset[bytes]
    """Gate cases that a later attempt may draw."""
    opened: frozenset[bytes]
    """Gate cases that no later attempt draws."""
    balls: tuple[Ball, ...]
    """How far the charter's threats go."""

    @property
    def rehearsal(self) -> frozenset[bytes]:
        """Cases of the rehearsals."""
        return frozenset(self.model.pools.rehearsal)


def sealed(charter: Charter, model: Tried, plan: Plan, log: Log | None) -> Sealed:
    """Return what must stay unseen.

    Args:
        charter: Says whether opened cases may be drawn again; then none of them counts as opened.
        model: Whose cases they are.
        plan: Names the threats.
        log: Says which cases were opened; without one, none was.
    """
    gate = frozenset(model.pools.gate)
    seen = frozenset[bytes]()
    if log is not None and not charter.cases.reuse:
        statements = log.statements()
        seen = gate & {case for seq in seqs(statements, "run-plan") for case in slice_at(log, statements[seq])}
    balls = {one.threat for promise in plan.clauses for one in promise.tries if isinstance(one.threat, Ball)}
    widest = {ball.norm: ball for ball in sorted(balls, key=lambda ball: ball.eps)}
    return Sealed(model, gate - seen, seen, tuple(widest.values()))


def refused(
    what: Sealed, batch: Batch[Any], origins: Mapping[bytes, bytes], *, made: bool = False
) -> dict[str, list[int]]:
    """Return reason -> rows that may not be learned from.

    Args:
        what: What must stay unseen.
        batch: New cases.
        origins: Case -> the case that it was made from, where that is known.
        made: Whether they were made by an adversary from cases that are named: then nothing is guessed from nearness.
    """
    found: dict[str, list[int]] = {}
    for row, case in enumerate(batch.ids):
        for reason in _named(what, case, origins.get(case)):
            found.setdefault(reason, []).append(row)
    for reason, rows in _alike(what, batch, guess=not made):
        told = {row for before in found.values() for row in before}
        found.setdefault(reason, []).extend(row for row in rows if row not in told)
    if not made:
        units = {what.model.pools.units.get(case) for case in (*what.unopened, *what.rehearsal)} - {None}
        names = [unit_of(group_name(one)) for one in group_texts(batch)] if units else []
        found[PERSON] = [row for row, name in enumerate(names) if name in units]
    return {reason: sorted(rows) for reason, rows in found.items() if rows}


def _named(what: Sealed, case: bytes, origin: bytes | None) -> Iterator[str]:
    if case in what.unopened:
        yield GATE
    elif origin is not None and origin in what.unopened:
        yield MADE
    elif case in what.rehearsal:
        yield REHEARSED


def _alike(what: Sealed, batch: Batch[Any], *, guess: bool) -> Iterator[tuple[str, list[int]]]:
    """Yield rows that are sealed cases stored otherwise, and those that may be attacked copies of gate cases."""
    face, inputs = what.model.target.face, plain(batch.inputs)
    ours = shadows(inputs, face.low, face.high)
    if guess:
        yield NEAR, _near(what, inputs)
    for cases, reason in ((sorted(what.unopened), COPY), (sorted(what.rehearsal), REHEARSED)):
        for first in range(0, len(cases), WINDOW):
            there = fetch(what.model.cases, cases[first : first + WINDOW]).inputs
            known = frozenset(shadows(there, face.low, face.high))
            yield reason, [row for row, one in enumerate(ours) if one in known]


def _near(what: Sealed, inputs: Any) -> list[int]:
    """Return rows that may be attacked copies of unopened gate cases.

    Such a row is within a threat of the charter of one, and less than half as far from it as any training case is from
    one: where cases lie closer together than the threat goes, nearness alone says nothing.
    """
    if not what.balls or not what.unopened or not isinstance(inputs, np.ndarray):
        return []
    sample = what.model.pools.training[:SAMPLE]
    natural = plain(fetch(what.model.cases, sample).inputs) if sample else inputs[:0]
    norms = [ball.norm for ball in what.balls]
    ours, theirs = ({norm: np.full(len(part), np.inf) for norm in norms} for part in (inputs, natural))
    gate = sorted(what.unopened)
    for first in range(0, len(gate), WINDOW):
        there = plain(fetch(what.model.cases, gate[first : first + WINDOW]).inputs)
        for norm in norms:
            ours[norm] = np.minimum(ours[norm], nearest(inputs, there, norm))
            theirs[norm] = np.minimum(theirs[norm], nearest(natural, there, norm))
    suspect = np.zeros(len(inputs), dtype=bool)
    for ball in what.balls:
        reach = min(ball.eps * (1 + 1e-6), theirs[ball.norm].min(initial=np.inf) / 2)
        suspect |= ours[ball.norm] <= reach + 1e-9
    return np.flatnonzero(suspect).tolist()


def mislabelled(model: Tried, batch: Batch[Any], before: Mapping[bytes, int]) -> dict[str, list[int]]:
    """Return reason -> rows whose label cannot be learned.

    Args:
        model: Whose cases and classes they are.
        batch: New cases, with labels.
        before: Label of the lessons that are there.
    """
    labels = np.asarray(plain(batch.labels)).tolist()
    there = [case for case in dict.fromkeys(batch.ids) if case in model.pools.index]
    truth = dict(before)
    if there:
        truth |= dict(zip(there, np.asarray(plain(fetch(model.cases, there).labels)).tolist(), strict=True))
    classes, found = model.target.face.classes, dict[str, list[int]]()
    said: dict[bytes, set[int]] = {case: {label} for case, label in truth.items()}
    for case, label in zip(batch.ids, labels, strict=True):
        said.setdefault(case, set()).add(label)
    for row, (case, label) in enumerate(zip(batch.ids, labels, strict=True)):
        if label < 0 or (classes is not None and label >= classes):
            found.setdefault(CLASS, []).append(row)
        elif len(said[case]) > 1:
            found.setdefault(LABEL, []).append(row)
    return found


def outside(model: Tried, batch: Batch[Any]) -> dict[str, list[int]]:
    """Return reason -> rows that no attack and no service could show the model; none where it names no range."""
    low, high, inputs = model.target.face.low, model.target.face.high, plain(batch.inputs)
    if low is None or high is None or not isinstance(inputs, np.ndarray) or inputs.dtype.kind not in "fiu":
        return {}
    slack = 1e-6 * (high - low)
    flat = inputs.reshape(len(inputs), -1)
    rows = np.flatnonzero(((flat < low - slack) | (flat > high + slack)).any(axis=1)).tolist()
    return {f"{RANGE}, {low:g} to {high:g}": rows} if rows else {}


def problems(where: str, found: Mapping[str, Sequence[int]], told: Sequence[str]) -> list[Problem]:
    """Return what is wrong with rows, a problem for each reason, the rows by their own names."""
    made = []
    for reason, rows in found.items():
        named = ", ".join(told[row] for row in rows[:SHOWN])
        more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
        what = f"{len(rows)} {'is' if len(rows) == 1 else 'are'} {reason}: {named}{more}"
        hint = "bring them into it, as the charter's cases are" if reason.startswith(RANGE) else WHY.get(reason, HINT)
        made.append(Problem(where, what, hint))
    return made
