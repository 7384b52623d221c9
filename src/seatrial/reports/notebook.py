"""Cards and drawings for notebooks, made of the report's own parts: nothing is loaded, no script runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from seatrial.reports.curves import DRAWN, Drawing
from seatrial.reports.exhibits import exhibit
from seatrial.reports.figures import interval
from seatrial.reports.html import Section, read, section, templates
from seatrial.reports.reporter import Dossier, Example
from seatrial.stores.whole import write_whole


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing that a notebook shows, and that `save` writes as a file; it needs no display and no other package."""

    svg: str
    """A whole SVG document with its own colours, for light and for dark."""

    def _repr_html_(self) -> str:
        return f'<figure style="margin:0">{self.svg}</figure>'

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: Path | str) -> Path:
        """Write the drawing as an SVG file, and return where it is."""
        file = Path(path)
        write_whole(file, ('<?xml version="1.0" encoding="UTF-8"?>\n' + self.svg + "\n").encode("utf-8"))
        return file


def verdict_card(dossier: Dossier, *, page: str = "") -> str:
    """Return a decision as a card: the sentence, each clause with its interval drawn, where the page is.

    Args:
        dossier: What is told.
        page: Where the whole report lies, to be named; empty if there is none.
    """
    sections = [section(dossier, at) for at in range(len(dossier.clauses))]
    return _rendered(
        "card.html.j2", dossier=dossier, sections=sections, page=page, percent=interval(dossier.confidence)
    )


def example_card(example: Example, clause: str) -> str:
    """Return one broken case as a card, with the name of its clause."""
    return _rendered("worst.html.j2", exhibit=exhibit(example), clause=clause)


def plot(dossier: Dossier, clause: str = "") -> Plot:
    """Return a drawing: all clauses on one axis, or one clause by the size of the change, else its interval.

    Args:
        dossier: What is drawn.
        clause: Name of a clause; empty for all.
    """
    sections = [section(dossier, at) for at in range(len(dossier.clauses))]
    shown = [one for one in sections if clause in ("", one.clause.name)]
    curve = _curve(shown[0]) if clause and shown else None
    drawn = {"sections": shown, "curve": curve, "dossier": dossier, "percent": interval(dossier.confidence)}
    return Plot(_rendered("plot.svg.j2", **drawn).strip())


def _curve(shown: Section) -> Drawing | None:
    return next((one for one in shown.curves if len(one.dots) >= DRAWN), None)


def _rendered(template: str, **what: object) -> str:
    return templates().get_template(template).render(style=_style(), **what)


@cache
def _style() -> str:
    return read("notebook.css")
