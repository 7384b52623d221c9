"""One self-contained page: the verdict first, then why.

No script, no request: the style sheet is allowed by its digest and pictures are data URIs, so the page
can be mailed, archived and digested.  Equal dossiers give equal bytes.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from seatrial.records.card import Card
from seatrial.reports import wording
from seatrial.reports.charts import Chart, chart, share
from seatrial.reports.exhibits import Exhibit, exhibit
from seatrial.reports.figures import Figures, figures, interval
from seatrial.reports.reporter import Dossier, Judged, Reporter


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of some of the cases of a clause."""

    kind: str
    """`held`, `wrong`, `broke`, `unknown`."""
    name: str
    detail: str
    count: int
    length: str
    """Of its bar: `41.20%`."""


@dataclass(frozen=True, slots=True)
class Group:
    """One class or group of a clause."""

    name: str
    cases: int
    held: int
    rate: str
    length: str
    worst: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One clause as the page shows it."""

    clause: Judged
    anchor: str
    figures: Figures | None
    near: Chart | None
    """Drawn as near as it allows."""
    whole: Chart | None
    """Drawn on 0 to 100 %, for shares."""
    fates: tuple[Fate, ...]
    groups: tuple[Group, ...]
    exhibits: tuple[Exhibit, ...]


@dataclass(frozen=True, slots=True)
class Html:
    """Renders a dossier as a page."""

    def render(self, dossier: Dossier, /) -> bytes:
        """Return the page in UTF-8."""
        style = _read("page.css")
        page = (
            _environment()
            .get_template("page.html.j2")
            .render(
                dossier=dossier,
                style=Markup(style),  # noqa: S704 - the style sheet is part of the package
                policy=policy(style),
                sections=[section(clause, at) for at, clause in enumerate(dossier.clauses, start=1)],
                interval=interval(dossier.confidence),
                totals=_totals(dossier),
            )
        )
        return page.encode("utf-8")


def policy(style: str) -> str:
    """Return a content security policy that allows this style sheet, pictures inside the page, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def section(clause: Judged, at: int) -> Section:
    """Return one clause ready for the page; `at` counts from 1."""
    numbers = figures(clause)
    return Section(
        clause=clause,
        anchor=f"clause-{at}",
        figures=numbers,
        near=chart(numbers) if numbers else None,
        whole=chart(numbers, whole=True) if numbers and numbers.rate else None,
        fates=_fates(clause),
        groups=_groups(clause),
        exhibits=tuple(exhibit(example) for example in clause.examples),
    )


def _fates(clause: Judged) -> tuple[Fate, ...]:
    if clause.n == 0:
        return ()
    stages = [tried for tried in clause.tried if tried.broke or not tried.scenario.startswith("baseline/")]
    rows = [
        ("wrong", "Wrong before any attack", "the answer to the untouched input", clause.wrong),
        *(("broke", tried.title, wording.weapon(tried), tried.broke) for tried in stages),
        ("unknown", "No clear answer", "or not reached; counts as not held", clause.unknown),
        ("held", "Held", "through everything above", clause.held),
    ]
    kept = [row for row in rows if row[3] or row[0] in ("broke", "held")]
    return tuple(Fate(*row, share(row[3], clause.n)) for row in kept)


def _groups(clause: Judged) -> tuple[Group, ...]:
    shares = {name: held / cases for name, (cases, held) in clause.groups.items() if cases}
    lowest = min(shares.values(), default=1.0)
    spread = bool(shares) and max(shares.values()) > lowest
    return tuple(
        Group(
            name,
            cases,
            held,
            f"{100 * held / cases:.1f} %" if cases else "",
            share(held, cases),
            worst=spread and shares.get(name) == lowest,
        )
        for name, (cases, held) in clause.groups.items()
    )


def _totals(dossier: Dossier) -> dict[str, str]:
    number = wording.number
    return {
        "Queries": number(sum(clause.queries for clause in dossier.clauses)),
        "Forward passes": number(sum(clause.forwards for clause in dossier.clauses)),
        "Gradient passes": number(sum(clause.backwards for clause in dossier.clauses)),
        "Time, all workers": wording.duration(sum(clause.seconds for clause in dossier.clauses)),
    }


@cache
def _read(name: str) -> str:
    return (files("seatrial.reports") / "templates" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.finalize = _finalize
    environment.globals["wording"] = wording
    environment.filters["number"] = wording.number
    environment.filters["duration"] = wording.duration
    return environment


def _finalize(value: Any) -> Any:
    """Return what a template prints: no text reaches the page with characters that nobody can see."""
    return wording.visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


CARD: Card[Reporter] = Card(make=Html, title="One self-contained HTML page")
