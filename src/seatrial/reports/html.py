"""One self-contained page: the verdict first, then why.

No script, no request: the style sheet is allowed by its digest and pictures are data URIs, so the page
can be mailed, archived and digested.  Equal dossiers give equal bytes.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from seatrial.decision.decision import WORST_FIRST
from seatrial.records.card import Card
from seatrial.reports import wording
from seatrial.reports.charts import Chart, chart, percent, share
from seatrial.reports.classes import Group, groups
from seatrial.reports.corruptions import errors
from seatrial.reports.curves import Drawing, drawn
from seatrial.reports.exhibits import Exhibit, exhibit
from seatrial.reports.figures import Figures, figures, interval
from seatrial.reports.reporter import Comparison, Dossier, Judged, Moved, Reporter, Standing, changes

WHOLE = 8
"""Clauses told with their drawings, classes and cases; of more, those that held are told in short."""


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
    curves: tuple[Drawing, ...]
    """Those that this clause alone measured."""
    exhibits: tuple[Exhibit, ...]
    brief: bool = False
    """Whether its drawings, classes and cases are left out, so that a page of many clauses stays small."""


@dataclass(frozen=True, slots=True)
class Change:
    """One clause in two decisions, its intervals drawn on 0 to 100 %."""

    moved: Moved
    before: tuple[str, str] | None
    """Left end and width; None where there is no share to draw."""
    after: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since another decision."""

    title: str
    comparison: Comparison
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Html:
    """Renders a dossier as a page."""

    def render(self, dossier: Dossier, /) -> bytes:
        """Return the page in UTF-8."""
        style = read("page.css")
        page = (
            templates()
            .get_template("page.html.j2")
            .render(
                dossier=dossier,
                style=Markup(style),  # noqa: S704 - the style sheet is part of the package
                policy=policy(style),
                sections=sections(dossier),
                corruptions=errors(dossier),
                curves=[drawn(curve) for curve in dossier.curves if len(curve.clauses) > 1],
                changed=since(dossier),
                interval=interval(dossier.confidence),
                totals=_totals(dossier),
            )
        )
        return page.encode("utf-8")


def policy(style: str) -> str:
    """Return a content security policy that allows this style sheet, pictures inside the page, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def section(dossier: Dossier, at: int) -> Section:
    """Return one clause ready for the page; `at` counts from 0."""
    clause = dossier.clauses[at]
    numbers = figures(clause)
    limit = clause.limit if numbers and numbers.what == "held" and clause.side == ">=" else None
    return Section(
        clause=clause,
        anchor=f"clause-{at + 1}",
        figures=numbers,
        near=chart(numbers) if numbers else None,
        whole=chart(numbers, whole=True) if numbers and numbers.rate else None,
        fates=_fates(clause),
        groups=groups(clause, dossier.confidence) if numbers else (),
        curves=tuple(drawn(one, limit) for one in dossier.curves if numbers and one.clauses == (clause.name,)),
        exhibits=tuple(exhibit(example) for example in clause.examples),
    )


def sections(dossier: Dossier) -> list[Section]:
    """Return all clauses ready for the page; of very many, those that held are told in short first."""
    order = sorted(range(len(dossier.clauses)), key=lambda at: WORST_FIRST.index(dossier.clauses[at].verdict))
    whole = set(order[:WHOLE])
    made = [section(dossier, at) for at in range(len(dossier.clauses))]
    return [
        one if at in whole else replace(one, groups=(), curves=(), exhibits=(), brief=True)
        for at, one in enumerate(made)
    ]


_SINCE = {
    "both": "Since the previous decision, which is what is live",
    "previous": "Since the previous decision",
    "live": "Against what is live",
}


def since(dossier: Dossier) -> tuple[Since, ...]:
    """Return what changed, a title to each; what is live is told once if it was the previous decision too."""
    return tuple(_since(_SINCE[name], found) for name, found in changes(dossier))


def _since(title: str, comparison: Comparison) -> Since:
    changes = [Change(moved, _span(moved.before), _span(moved.after)) for moved in comparison.clauses]
    return Since(title, comparison, tuple(changes))


def _span(standing: Standing | None) -> tuple[str, str] | None:
    if standing is None or standing.low is None or standing.high is None or "%" not in standing.interval:
        return None
    return percent(standing.low), percent(standing.high - standing.low)


def _fates(clause: Judged) -> tuple[Fate, ...]:
    if clause.n == 0:
        return ()
    stages = [tried for tried in clause.tried if tried.broke or not tried.scenario.startswith("baseline/")]
    earlier = [None, *stages]
    rows = [
        ("wrong", "Wrong before any attack", "the answer to the untouched input", clause.wrong),
        *(("broke", *wording.named(one, before), one.broke) for one, before in zip(stages, earlier, strict=False)),
        ("unknown", "No clear answer", "or not reached; counts as not held", clause.unknown),
        ("held", "Held", "through everything above", clause.held),
    ]
    kept = [row for row in rows if row[3] or row[0] in ("broke", "held")]
    return tuple(Fate(*row, share(row[3], clause.n)) for row in kept)


def _totals(dossier: Dossier) -> dict[str, str]:
    number = wording.number
    return {
        "Queries": number(sum(clause.queries for clause in dossier.clauses)),
        "Forward passes": number(sum(clause.forwards for clause in dossier.clauses)),
        "Gradient passes": number(sum(clause.backwards for clause in dossier.clauses)),
        **({"Time": spent} if (spent := _spent(dossier.started, dossier.ended)) else {}),
    }


def _spent(started: str, ended: str) -> str:
    """Return how long a run took by its own clock; empty if it does not say."""
    try:
        seconds = (datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds()
    except (ValueError, TypeError):
        return ""
    return wording.duration(seconds) if seconds >= 0 else ""


@cache
def read(name: str) -> str:
    """Return a template or a style sheet of the package."""
    return (files("seatrial.reports") / "templates" / name).read_text(encoding="utf-8")


@cache
def templates() -> Environment:
    """Return what fills templates: every text is escaped, and what nobody can see is spelled out."""
    environment = Environment(
        loader=FunctionLoader(read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.finalize = _finalize
    environment.globals["wording"] = wording
    environment.filters["number"] = wording.number
    environment.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    environment.filters["duration"] = wording.duration
    return environment


def _finalize(value: Any) -> Any:
    """Return what a template prints: no text reaches the page with characters that nobody can see."""
    return wording.visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


CARD: Card[Reporter] = Card(make=Html, title="One self-contained HTML page")
