"""One page that lays models side by side: what each gives up for what, and what its confidence is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from seatrial.reports.charts import anchor, percent
from seatrial.reports.html import policy, read, templates


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases of like confidence."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


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


@dataclass(frozen=True, slots=True)
class Spot:
    """A model in the drawing."""

    name: str
    x: str
    y: str
    side: str
    """Which way its name is aligned."""
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


def page(title: str, heads: Sequence[str], candidates: Sequence[Candidate], note: str) -> bytes:
    """Return a self-contained HTML page; equal models give equal bytes.

    Args:
        title: Whose models these are.
        heads: What stands above the cells of the candidates.
        candidates: The models, newest first.
        note: What a reader must know.
    """
    style = read("page.css")
    shown = templates().get_template("tradeoff.html.j2")
    return shown.render(
        title=title,
        heads=heads,
        candidates=candidates,
        spots=tuple(_spot(one) for one in candidates if one.clean is not None and one.worst is not None),
        diagrams=tuple(_diagram(one, part, bins) for one in candidates for part, bins in one.reliability.items()),
        note=note,
        style=Markup(style),  # noqa: S704 - the style sheet is part of the package
        policy=policy(style),
    ).encode("utf-8")


def _spot(one: Candidate) -> Spot:
    clean, worst = one.clean or 0.0, one.worst or 0.0
    told = f"{one.name}: clean {clean:.1%}, worst {worst:.1%} ({one.worst_of})"
    return Spot(one.name, percent(clean), percent(1 - worst), anchor(clean), one.unbeaten, told)


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
