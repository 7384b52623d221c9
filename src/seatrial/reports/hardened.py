"""One page about a hardened model: child beside parent, what training saw, what it cost, and what none of it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Any

from markupsafe import Markup

from seatrial.reports.charts import anchor, percent
from seatrial.reports.html import policy, read, templates

DEPLOY, HOLD, REJECT = "deploy", "hold", "reject"
CLEAN, ROBUST, ONE_STEP = "clean", "robust", "one_step"
LINES = {CLEAN: "untouched", ROBUST: "under attack", ONE_STEP: "under one long step"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two models in a clause, or at one size of a change."""

    verdict: str
    counts: str
    """`57 of 60`."""
    point: float | None
    low: float
    high: float
    """Ends of the interval, in what the criterion compares."""


@dataclass(frozen=True, slots=True)
class Group:
    """A class, or a group of people."""

    name: str
    cases: int
    parent: int
    child: int
    lost: int
    won: int
    fallen: bool = False
    """Whether fewer hold than chance explains."""


@dataclass(frozen=True, slots=True)
class Size:
    """What both models stand at one size of a change."""

    size: float
    parent: Side
    child: Side


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of both models."""

    name: str
    because: str
    require: str
    limit: float
    least: float
    """Left end of the scale: -1 for a difference, else 0."""
    parent: Side
    child: Side
    lost: str
    """Cases lost and won, and how likely that is by chance, as texts; empty where a clock decides."""
    won: str
    chance: str
    said: str
    tone: str
    """`held`, `breached`, `unproven` or `untried`: colour and mark of what became of it."""
    what: str = ""
    """What a size is, where several are tried."""
    sizes: tuple[Size, ...] = ()
    groups: tuple[Group, ...] = ()
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What is told."""

    title: str
    answers: str
    tone: str
    """`deploy`, `hold` or `reject`: the colour of the page."""
    lead: str
    where: str
    """On which cases the two were compared."""
    facts: Mapping[str, str]
    clauses: tuple[Clause, ...]
    notes: tuple[str, ...]
    checks: Sequence[Mapping[str, Any]]
    """What each check on the way saw: `step`, and shares by the names of `LINES`."""
    chosen: int | None
    """The step whose weights were taken."""
    events: Sequence[Mapping[str, Any]]
    step: str
    """What a step is called."""
    timing: Mapping[str, Any] | None
    calibration: Mapping[str, Any]
    """Part -> `before` and `after`, each with `bins` and scores; empty if nobody measured."""
    plan: Mapping[str, Sequence[str]]
    """Clause -> rate, held, unproven, breached of a gate of the child."""
    planned: str
    command: str
    made: Mapping[str, str]
    """What it was made from and with."""
    percent: str = "95"


@dataclass(frozen=True, slots=True)
class Line:
    """The course of one share over the checks."""

    name: str
    kind: str
    points: str
    """Of a polyline in a box of 1000 by 1000."""
    dots: tuple[tuple[str, str, str], ...]
    """x, y and what it says, of each check."""
    last: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened on the way."""

    number: int
    x: str
    anchor: str
    said: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Both intervals of a clause on one axis."""

    parent: tuple[str, str, str]
    """Start, width and point, the last empty if there is none."""
    child: tuple[str, str, str]
    limit: str
    limit_anchor: str
    ends: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Two reliability diagrams in one: before and after."""

    part: str
    before: tuple[tuple[str, str, str, str], ...]
    """x, y, radius, and what it says, of each bin."""
    after: tuple[tuple[str, str, str, str], ...]
    scores: tuple[tuple[str, str, str], ...] = field(default=())
    """Name, before, after."""


def page(told: Page) -> bytes:
    """Return a self-contained HTML page; equal records give equal bytes."""
    style = read("page.css") + read("hardened.css")
    shown = templates().get_template("hardened.html.j2")
    return shown.render(
        told=told,
        strips=[_strip(one) for one in told.clauses],
        sizes=[[_sized(one, size) for size in one.sizes] for one in told.clauses],
        lines=_lines(told),
        marks=_marks(told),
        chosen=_at(told, told.chosen) if told.chosen is not None and _most(told) else "",
        diagrams=[made for part, one in told.calibration.items() if (made := _reliability(part, one)) is not None],
        ratio=_ratio(told.timing),
        style=Markup(style),  # noqa: S704 - the style sheets are part of the package
        policy=policy(style),
    ).encode("utf-8")


def _strip(one: Clause) -> Strip:
    def at(value: float) -> float:
        return (value - one.least) / (1.0 - one.least)

    def drawn(side: Side) -> tuple[str, str, str]:
        low, high = sorted((max(0.0, at(side.low)), min(1.0, at(side.high))))
        return percent(low), percent(high - low), "" if side.point is None else percent(at(side.point))

    ends = ("-100 %" if one.least < 0 else "0 %", "100 %")
    return Strip(drawn(one.parent), drawn(one.child), percent(at(one.limit)), anchor(at(one.limit)), ends)


def _sized(one: Clause, size: Size) -> dict[str, Any]:
    most = one.sizes[-1].size or 1.0
    both = {}
    for name, side in (("parent", size.parent), ("child", size.child)):
        point = side.point or 0.0
        both[name] = {"y": percent(1 - point), "low": percent(1 - side.low), "high": percent(1 - side.high)}
    at = size.size / most
    return {"x": percent(at), "size": f"{size.size:.4g}", "anchor": anchor(at), **both}


def _most(told: Page) -> int:
    return max((int(one["step"]) for one in told.checks), default=0)


def _at(told: Page, step: int) -> str:
    return percent(step / (_most(told) or 1))


def _lines(told: Page) -> list[Line]:
    """Return the courses that were seen at two checks at least."""
    most = _most(told)
    found = []
    for kind, name in LINES.items():
        seen = [(int(one["step"]), float(one[kind])) for one in told.checks if kind in one]
        if len(seen) < 2 or not most:
            continue
        points = " ".join(f"{1000 * step / most:.1f},{1000 * (1 - share):.1f}" for step, share in seen)
        dots = tuple(
            (percent(step / most), percent(1 - share), f"{told.step} {step:,}: {share:.1%} {name}")
            for step, share in seen
        )
        found.append(Line(name, kind, points, dots, f"{seen[-1][1]:.1%}"))
    return found


def _marks(told: Page) -> list[Mark]:
    """Return what happened on the way and was answered, in order; a plan of the length is no such thing."""
    most, found = _most(told), list[Mark]()
    for one in told.events:
        if "back_to" not in one and one.get("found") not in ("shortened", "lengthened"):
            continue
        step = min(int(one["step"]), most) if most else 0
        back = f", back to {told.step} {one['back_to']:,}" if "back_to" in one else f" to {one.get('total', 0):,}"
        said = f"{one['found']} at {told.step} {int(one['step']):,}{back}"
        found.append(Mark(len(found) + 1, _at(told, step), anchor(step / most) if most else "start", said))
    return found


def _reliability(part: str, one: Any) -> Reliability | None:
    """Return the diagram of a part; None if nobody recorded its bins."""
    sides = {name: one.get(name) for name in ("before", "after")} if isinstance(one, Mapping) else {}
    bins = {name: tuple(_dots(side.get("bins", ()))) for name, side in sides.items() if isinstance(side, Mapping)}
    if not any(bins.values()):
        return None
    before, after = (sides.get(name) or {} for name in ("before", "after"))
    names = {"ece": "ECE", "brier": "Brier score", "nll": "Negative log likelihood"}
    scores = tuple(
        (shown, _score(before, name), _score(after, name))
        for name, shown in names.items()
        if name in before or name in after
    )
    return Reliability(part, bins.get("before", ()), bins.get("after", ()), scores)


def _score(side: Mapping[str, Any], name: str) -> str:
    return f"{side[name]:.4f}" if name in side else ""


def _dots(bins: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str, str]]:
    whole = sum(int(one["count"]) for one in bins) or 1
    return [
        (
            percent(one["confidence"]),
            percent(1 - one["accuracy"]),
            f"{3 + 9 * (one['count'] / whole) ** 0.5:.2f}",
            f"confidence {one['confidence']:.1%}, right {one['accuracy']:.1%}, {one['count']} cases",
        )
        for one in bins
        if one["count"]
    ]


def _ratio(timing: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Return child's time by the parent's on an axis from a quarter to four times, in doublings."""
    if timing is None:
        return None

    def at(value: float) -> float:
        return (log2(max(value, 1e-6)) + 2) / 4

    low, high = percent(at(timing["low"])), percent(at(timing["high"]))
    width = f"{float(high[:-1]) - float(low[:-1]):.2f}%"
    return {"start": low, "width": width, "point": percent(at(timing["ratio"]))}
