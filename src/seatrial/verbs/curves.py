"""Accuracy against the size of the change, read from the stages of the clauses; nothing is interpolated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from seatrial.plan.plan import Promise, Trying
from seatrial.proof.claims import interval
from seatrial.proof.criterion import parse
from seatrial.proof.tally import Tally
from seatrial.records.threat import threat_to
from seatrial.reports.reporter import Curve, Point
from seatrial.trial.fold import WRONG
from seatrial.verbs.rows import Rows

SIZES: Mapping[str, str] = {
    "ball": "eps",
    "corruption": "severity",
    "patch": "share",
    "edits": "share",
    "missing": "fields",
    "motion": "degrees",
    "flow": "pixels",
    "groups": "count",
    "turns": "count",
    "outage": "seconds",
}
"""Kind of a threat -> the field that is its size, where only one size was tried."""
NESTED = ("ball", "patch", "edits", "missing", "motion", "turns", "flow", "colour", "groups")
"""Kinds of a threat whose larger size allows all that a smaller one does."""
STEPS = 12
"""Sizes at which a curve is read off the distances of one run."""
NOT_SIZES = ("kind", "norm", "low", "high", "queries")


class Counted(Protocol):
    """What a curve must know of a clause: a judgement of a decision has it."""

    @property
    def name(self) -> str:
        """Which clause."""
        ...

    @property
    def require(self) -> str:
        """Its criterion."""
        ...

    @property
    def verdict(self) -> str:
        """What it came to."""
        ...

    @property
    def n(self) -> int:
        """Cases planned."""
        ...


@dataclass(frozen=True, slots=True)
class Sized:
    """The same of a clause that no decision is about."""

    name: str
    require: str
    verdict: str
    n: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """The sizes of a change that one clause tries, smallest first."""

    scenario: str
    """`family/name`."""
    what: str
    """`eps (linf ball)`."""
    rules: tuple[tuple[str, Any], ...]
    """All of the threat but its size."""
    steps: tuple[tuple[float, int], ...]
    """Size, and the position of the last stage of that size."""
    before: int
    """Stages before the first size: untouched cases."""
    asks: bool
    """Whether untouched cases were judged, so that there is a share at size 0."""
    near: bool = False
    """Whether the shares are read off the smallest change that broke each case."""


def curves(seen: Sequence[tuple[Counted, Promise, Rows]], titles: Mapping[str, str] | None = None) -> tuple[Curve, ...]:
    """Return a curve for every way of changing that was tried at two sizes at least, untouched being one.

    Args:
        seen: Clauses with their promises and what was recorded of them.
        titles: Scenario -> its title.
    """
    found: dict[tuple[Any, ...], list[tuple[Sweep, tuple[Point, ...]]]] = {}
    for clause, promise, rows in seen:
        sweep = swept(promise)
        if sweep is None or clause.verdict == "untried" or not len(rows) or "stage" not in rows.columns:
            continue
        key = sweep.scenario, sweep.what, sweep.rules
        sweep = replace(sweep, near="distance" in rows.columns)
        points = tuple((_read if sweep.near else _points)(clause, sweep, rows))
        found.setdefault(key, []).append((sweep, points))
    made = [_curve(parts, (titles or {}).get(key[0], key[0])) for key, parts in found.items()]
    return tuple(curve for curve in made if len(curve.points) > 1)


def swept(promise: Promise) -> Sweep | None:
    """Return the sizes that a clause tries; None if it tries several things, or sizes that do not grow."""
    sized = [trying for trying in promise.tries if threat_to(trying.threat)["kind"] != "untouched"]
    first = len(promise.tries) - len(sized)
    if not sized or list(promise.tries[first:]) != sized or len({_name(one) for one in sized}) > 1:
        return None
    blocks = [threat_to(trying.threat) for trying in sized]
    name = _size(blocks)
    if name is None or any(one[name] >= other[name] for one, other in pairwise(blocks)):
        return None
    before = sum(len(trying.stages) for trying in promise.tries[:first])
    ends = np.cumsum([len(trying.stages) for trying in sized]) + before - 1
    rules = tuple((field, str(value)) for field, value in blocks[0].items() if field != name)
    norm = f"{blocks[0].get('norm', '')} {blocks[0]['kind']}".strip()
    return Sweep(
        scenario=_name(sized[0]),
        what=f"{name} ({norm})",
        rules=(*rules, ("oracle", sized[0].oracle), ("presentations", sized[0].presentations)),
        steps=tuple((float(block[name]), int(end)) for block, end in zip(blocks, ends, strict=True)),
        before=before,
        asks=before > 0 or any(trying.oracle == "same_label" for trying in sized),
    )


def _name(trying: Trying) -> str:
    return trying.scenario.partition("@")[0]


def _size(blocks: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the one field in which these threats differ; of a single threat, the field that is its size."""
    if len(blocks) == 1:
        name = SIZES.get(blocks[0]["kind"])
        return name if name and blocks[0][name] > 0 else None
    if len({tuple(block) for block in blocks}) > 1:
        return None
    differ = [name for name in blocks[0] if len({str(block[name]) for block in blocks}) > 1]
    return differ[0] if len(differ) == 1 and differ[0] not in NOT_SIZES else None


def _points(clause: Counted, sweep: Sweep, rows: Rows) -> Iterator[Point]:
    """Yield what each size left standing; a case that is missing or has no clear answer is unknown throughout."""
    stage = rows.columns["stage"]
    unknown = clause.n - len(rows) + int(((stage == -1) & (rows.columns["unknown"] > 0)).sum())
    broken = np.sort(stage[stage != -1])
    steps = ((0.0, sweep.before - 1), *sweep.steps) if sweep.asks else sweep.steps
    for size, last in steps:
        yield _point(clause, size, int(((broken == WRONG) | (broken >= 0) & (broken <= last)).sum()), unknown)


def _read(clause: Counted, sweep: Sweep, rows: Rows) -> Iterator[Point]:
    """Yield what the distances of one run say of sizes up to the largest: a case fell where its change was as small."""
    fell, away = rows.columns["stage"] != -1, rows.columns["distance"]
    unknown = clause.n - len(rows) + int((~fell & (rows.columns["unknown"] > 0)).sum())
    most = sweep.steps[-1][0]
    sizes = sorted({*(most * at / STEPS for at in range(0 if sweep.asks else 1, STEPS)), *dict(sweep.steps)})
    if dict(sweep.rules).get("norm") == "l0":
        sizes = sorted({float(size // 1) for size in sizes})
    for size in sizes:
        # What fell without a change that was measured fell at some size up to the largest.
        lost = int((fell & ((away <= size) | np.isnan(away) & (size >= most))).sum())
        yield _point(clause, size, lost, unknown)


def _point(clause: Counted, size: float, lost: int, unknown: int) -> Point:
    asked = parse(clause.require)
    held = clause.n - unknown - lost
    low, high = interval(asked, Tally(clause.n, held, unknown), asked.alpha)
    return Point(size, clause.n, held, unknown, low, high, clause.name)


def _curve(parts: Sequence[tuple[Sweep, tuple[Point, ...]]], title: str) -> Curve:
    """Return one curve of all clauses that change in one way; of two points of a size, the one with more cases."""
    best: dict[float, Point] = {}
    for _, points in parts:
        for point in points:
            if point.size not in best or point.n > best[point.size].n:
                best[point.size] = point
    ordered = tuple(best[size] for size in sorted(best))
    sweep = parts[0][0]
    clauses = tuple(dict.fromkeys(points[0].clause for _, points in parts))
    nested = dict(sweep.rules).get("kind") in NESTED and len(parts) == 1
    near = all(one.near for one, _ in parts)
    return Curve(title, sweep.scenario, sweep.what, clauses, ordered, nested, near)
