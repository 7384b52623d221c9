"""Cards and drawings for notebooks, made of the report's own parts: nothing is loaded, no script runs."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Sheet:
    """A result that a notebook shows as a sentence and a table."""

    lead: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    """Each with a cell for every column; the first one names the row, a verdict gets its mark."""
    right: tuple[int, ...] = ()
    """Columns of numbers."""
    notes: tuple[str, ...] = ()
    tone: str = ""
    """`deploy`, `hold` or `reject`, for the colour of its edge; empty for none."""


def sheet_card(sheet: Sheet) -> str:
    """Return a sentence, a table and notes as a card."""
    return _rendered("sheet.html.j2", sheet=sheet)


def progress_line(what: str, done: int, total: int, failed: Sequence[str] = (), *, ended: bool = False) -> str:
    """Return one line that says how far something is, with a bar if its length is known.

    Args:
        what: What goes on.
        done: Steps that are done.
        total: Of how many; 0 if nobody knows.
        failed: What must not pass unseen, a line each.
        ended: Whether it is over, so that no bar is drawn.
    """
    part = 100 * done // total if total else 0
    return _rendered("bar.html.j2", what=what, done=done, total=total, part=part, failed=failed, ended=ended)


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
