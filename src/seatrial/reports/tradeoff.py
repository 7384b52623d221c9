"""One page that lays models side by side: what each gives up for what, and what its confidence is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from markupsafe import Markup

from seatrial.records.bin import Bin
from seatrial.reports.charts import anchor, percent
from seatrial.reports.html import policy, read, templates

NEAR, STACK = 0.09, 21
"""Dots that are nearer than this share of an axis are stacked, so many pixels apart."""


@dataclass(frozen=True, slots=True)
class Scale:
    """One thing that models are compared in, beside clauses."""

    name: str
    more: bool
    """Whether more of it is better."""
    factors: bool
    """Whether differences are told in factors (times, costs) rather than in points."""
    shown: Callable[[float], str]
    """A value as a reader sees it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One model."""

    name: str
    """How it is called on the page."""
    clean: float | None
    """Share of untouched cases that held; None if no clause asked."""
    worst: float | None
    """Share that held in the clause that went worst of the others."""
    worst_of: str
    """That clause."""
    cells: tuple[str, ...]
    """Its row of the table."""
    unbeaten: bool
    reliability: Mapping[str, Sequence[Bin]]
    """`clean`, `attacked` -> the reliability diagram, where it was measured."""
    values: Mapping[str, float] = field(default_factory=dict)
    """Name of a scale -> what it has there, where that was measured."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A model on one of the strips: a numbered dot."""

    number: int
    x: str
    y: int
    """Pixels from the line of the strip: 0, or upwards and below 0."""
    unbeaten: bool
    told: str


@dataclass(frozen=True, slots=True)
class Strip:
    """One axis, on which right is better."""

    name: str
    low: str
    """What its left end stands for."""
    high: str
    stops: tuple[Stop, ...]
    height: int
    """Pixels above its line that the dots take."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A model in the drawing."""

    label: str
    """Its number; of models that are close together the first one has the numbers of all."""
    x: str
    y: str
    side: str
    """Which way its label is aligned."""
    unbeaten: bool
    told: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A bin in a reliability diagram."""

    x: str
    y: str
    radius: str
    told: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """A reliability diagram."""

    name: str
    part: str
    dots: tuple[Dot, ...]


def page(
    title: str, heads: Sequence[str], candidates: Sequence[Candidate], scales: Sequence[Scale], notes: Sequence[str]
) -> bytes:
    """Return a self-contained HTML page; equal models give equal bytes.

    Args:
        title: Whose models these are.
        heads: What stands above the cells of the candidates.
        candidates: The models, newest first.
        scales: What they are compared in beside clauses.
        notes: What a reader must know.
    """
    style = read("page.css")
    shown = templates().get_template("tradeoff.html.j2")
    return shown.render(
        title=title,
        heads=heads,
        candidates=candidates,
        spots=tuple(_spots(candidates)),
        strips=_strips(candidates, scales),
        diagrams=tuple(_diagram(one, part, bins) for one in candidates for part, bins in one.reliability.items()),
        notes=notes,
        style=Markup(style),  # noqa: S704 - the style sheet is part of the package
        policy=policy(style),
    ).encode("utf-8")


def _strips(candidates: Sequence[Candidate], scales: Sequence[Scale]) -> tuple[Strip, ...]:
    """Return an axis for each thing that two models or more can be compared in; none if there is but one thing."""
    found = [
        _strip(scale, {at: values[at] for at in sorted(values)}, candidates)
        for scale, values in _columns(candidates, scales)
        if len(values) > 1
    ]
    return tuple(found) if len(found) > 1 else ()


def _columns(candidates: Sequence[Candidate], scales: Sequence[Scale]) -> Iterator[tuple[Scale, dict[int, float]]]:
    """Yield what models are compared in, with the value of each by its position."""
    for name, attribute in (("Untouched cases", "clean"), ("The clause that goes worst", "worst")):
        values = {at: getattr(one, attribute) for at, one in enumerate(candidates)}
        rate = Scale(name, more=True, factors=False, shown=lambda value: f"{value:.1%}")
        yield rate, {at: value for at, value in values.items() if value is not None}
    for scale in scales:
        yield scale, {at: one.values[scale.name] for at, one in enumerate(candidates) if scale.name in one.values}


def _strip(scale: Scale, values: Mapping[int, float], candidates: Sequence[Candidate]) -> Strip:
    low, high = _ends(list(values.values()), factors=scale.factors)
    worst, best = (low, high) if scale.more else (high, low)
    placed = dict[int, tuple[float, int]]()
    for at, value in sorted(values.items(), key=lambda one: (one[1], one[0])):
        share = _share(value, worst, best, factors=scale.factors)
        taken = {level for other, level in placed.values() if abs(other - share) < NEAR}
        placed[at] = share, next(level for level in range(len(values)) if level not in taken)
    stops = tuple(
        Stop(
            at + 1,
            percent(placed[at][0]),
            -STACK * placed[at][1],
            candidates[at].unbeaten,
            f"{at + 1}, {candidates[at].name}: {scale.shown(value)}",
        )
        for at, value in values.items()
    )
    return Strip(scale.name, scale.shown(worst), scale.shown(best), stops, -min(one.y for one in stops))


def _ends(values: Sequence[float], *, factors: bool) -> tuple[float, float]:
    """Return the ends of an axis that shows these values: ten points or a factor of two wide at least."""
    low, high = min(values), max(values)
    if factors:
        wide = max(2.0, high / low if low > 0 else 2.0)
        middle = (low * high) ** 0.5 if low > 0 else high or 1.0
        return middle / wide**0.5, middle * wide**0.5
    wide = max(0.1, high - low)
    low = min(max((low + high - wide) / 2, 0.0), 1.0 - wide) if high <= 1 else low
    return low, low + wide


def _share(value: float, worst: float, best: float, *, factors: bool) -> float:
    """Return where a value stands between the ends of its axis, 0 to 1."""
    if factors:
        value, worst, best = (log(max(one, 1e-12)) for one in (value, worst, best))
    return (value - worst) / (best - worst) + 0.0


def _spots(candidates: Sequence[Candidate]) -> Iterator[Spot]:
    """Yield models by their rates on untouched cases and in their worst clause; those without either are left out."""
    known = [
        (at + 1, one, one.clean, one.worst)
        for at, one in enumerate(candidates)
        if one.clean is not None and one.worst is not None
    ]
    labelled = set[int]()
    for number, one, clean, worst in known:
        near = [
            other
            for other, _, x, y in known
            if other not in labelled and abs(x - clean) < NEAR / 2 and abs(y - worst) < NEAR
        ]
        label = ", ".join(map(str, near)) if number not in labelled else ""
        labelled |= set(near) if label else set()
        told = f"{number}, {one.name}: clean {clean:.1%}, worst {worst:.1%} ({one.worst_of})"
        yield Spot(label, percent(clean), percent(1 - worst), anchor(clean), one.unbeaten, told)


def _diagram(one: Candidate, part: str, bins: Sequence[Bin]) -> Diagram:
    whole = sum(bin_.count for bin_ in bins) or 1
    dots = tuple(
        Dot(
            percent(bin_.confidence),
            percent(1 - bin_.accuracy),
            f"{3 + 9 * (bin_.count / whole) ** 0.5:.2f}",
            f"confidence {bin_.confidence:.1%}, right {bin_.accuracy:.1%}, {bin_.count} cases",
        )
        for bin_ in bins
        if bin_.count
    )
    return Diagram(one.name, part, dots)
