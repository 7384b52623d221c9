"""The report for a terminal: the decision first, in one sentence, then clause by clause why."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from seatrial.records.card import Card
from seatrial.reports import wording
from seatrial.reports.charts import chart
from seatrial.reports.classes import groups
from seatrial.reports.corruptions import errors
from seatrial.reports.figures import Figures, figures, interval, shares
from seatrial.reports.reporter import Dossier, Judged, Reporter, changes
from seatrial.reports.wording import visible

MARKS = {"held": "✓", "breached": "✗", "unproven": "?", "untried": "-", "deploy": "✓", "hold": "?", "reject": "✗"}
"""A mark always stands beside its word: neither colour nor shape is the only sign."""

_COLORS = {
    "held": "green",
    "deploy": "green",
    "breached": "red",
    "reject": "red",
    "unproven": "yellow",
    "hold": "yellow",
    "untried": "magenta",
}
_NARROWEST, _ALIGNED = 20, 56
_LABEL = 14
_SAME = " "
"""The label of a row that goes on where the one before it ended."""


@dataclass(frozen=True, slots=True)
class Text:
    """Renders a dossier for a terminal."""

    width: int = 80
    """Columns; longer lines wrap under their beginning."""
    color: bool = False
    """Whether to write ANSI colours; marks and words say the same without."""

    def render(self, dossier: Dossier, /) -> bytes:
        """Return the report in UTF-8; nothing in it can move the cursor, whatever the model said."""
        out = io.StringIO()
        console = Console(
            file=out,
            width=max(self.width, _NARROWEST),
            force_terminal=self.color,
            color_system="standard" if self.color else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            _environ={},
        )
        for row in _rows(dossier, console.width):
            console.print(_laid(row, console.width))
        return "\n".join(line.rstrip() for line in out.getvalue().split("\n")).encode("utf-8")


@dataclass(frozen=True, slots=True)
class _Row:
    """One paragraph: where it starts, what it is called, what it says."""

    value: Line
    label: str = ""
    indent: int = 0


_Rows = Iterator[_Row]


def _laid(row: _Row, width: int) -> Padding:
    """Return a paragraph laid out: labels in a column of their own where there is room for one."""
    if row.label == _SAME and width < _ALIGNED:
        return Padding(row.value, (0, 0, 0, min(row.indent, 2) + 2))
    if row.label and width < _ALIGNED:
        named = Line(f"{row.label}: ", style="dim").append_text(Line("", style="not dim").append_text(row.value))
        return Padding(named, (0, 0, 0, min(row.indent, 2)))
    if not row.label:
        return Padding(row.value, (0, 0, 0, row.indent))
    grid = Table.grid(padding=0)
    grid.add_column(width=_LABEL, style="dim")
    grid.add_column(overflow="fold")
    grid.add_row(row.label, row.value)
    return Padding(grid, (0, 0, 0, row.indent))


def _rows(dossier: Dossier, width: int) -> _Rows:
    word = dossier.decision
    head = Line().append(f"{MARKS.get(word, '?')} {visible(word).upper()}", style=_bold(word))
    yield _Row(head.append(f"  {visible(dossier.system)} {visible(dossier.release)}"))
    yield _Row(_said(dossier.sentence))
    for name, sentence in wording.warnings(dossier):
        yield _Row(Line().append(f"! {name}. ", style="bold yellow").append(visible(sentence)))
    for clause in dossier.clauses:
        yield _Row(Line())
        yield from _clause(clause, dossier, width)
        if clause.examples and (first := clause.examples[0]).command:
            yield _Row(_typed(first.command, width - 2), "see it", 2)
    yield _Row(Line())
    yield from _corruptions(dossier)
    for name, found in _since(dossier):
        yield _Row(_said(found), name)
    yield from _ending(dossier)
    commands = [command for _, command in wording.steps(dossier) if command]
    for at, command in enumerate(commands):
        yield _Row(_typed(command, width), _SAME if at else "what now")


def _clause(clause: Judged, dossier: Dossier, width: int) -> _Rows:
    word = clause.verdict
    title = Line().append(f"{MARKS.get(word, '?')} {visible(word)}", style=_bold(word))
    title.append(f"  {visible(clause.name)}", style="bold")
    yield _Row(title.append(f"  {visible(', '.join(wording.standing(clause)))}", style="dim"))
    yield _Row(_said(clause.because, "italic"), indent=2)
    numbers = figures(clause)
    if numbers is None:
        yield _Row(_said(clause.require), "asked", 2)
    else:
        yield from _numbers(clause, numbers, dossier, width)
    for at, line in enumerate(_broke(clause)):
        yield _Row(_said(line), _SAME if at else "broke it", 2)
    if numbers is not None:
        yield from _closer(clause, dossier)
    for at, line in enumerate(wording.masked(clause)):
        yield _Row(_said(line), _SAME if at else "masking", 2)
    if clause.waiver:
        yield _Row(_said(clause.waiver), "waived", 2)
    if clause.settle:
        yield _Row(_said(clause.settle), "why" if clause.verdict == "untried" else "settles it", 2)
    yield from _otherwise(clause)


def _otherwise(clause: Judged) -> _Rows:
    """Yield the playbook of a clause that is not held."""
    if clause.verdict == "held":
        return
    if clause.finding:
        yield _Row(_said(clause.finding), "finding", 2)
    if len(clause.steps) == 1 and clause.remedy:
        yield _Row(_said(f"{clause.remedy}, as the charter says; seatrial harden applies it"), "remedy", 2)
        return
    for at, step in enumerate(clause.steps, 1):
        yield _Row(_said(f"{at}. {step}"), _SAME if at > 1 else "playbook", 2)


def _numbers(clause: Judged, numbers: Figures, dossier: Dossier, width: int) -> _Rows:
    yield _Row(_said(f"{numbers.required}   {clause.require}"), "asked", 2)
    if numbers.measured:
        counted = numbers.counted(clause.held, clause.n)
        yield _Row(_said(f"{numbers.measured}, {counted}"), "measured", 2)
    ends = f"{numbers.floor or '...'} to {numbers.ceiling or '...'}, two-sided, {interval(dossier.confidence)} %"
    yield _Row(_said(ends), "interval", 2)
    if numbers.rate and width >= _ALIGNED + 8:
        yield _Row(_said(_drawn(numbers), _COLORS.get(clause.verdict, "")), _SAME, 2)
    if numbers.bound:
        sure = wording.sure(dossier.attempt_confidence)
        yield _Row(_said(f"{numbers.bound}, one-sided, {sure} %: this must meet what is asked"), "bound", 2)


def _closer(clause: Judged, dossier: Dossier) -> _Rows:
    """Yield the shares by size of the change, and the class with the lowest share."""
    for curve in dossier.curves:
        if curve.clauses == (clause.name,):
            told = (
                f"{point.size:.4g}: {shares(point.held, point.n, point.low, point.high)[0]}" for point in curve.points
            )
            yield _Row(_said(f"{', '.join(told)}   {curve.what}"), "by size", 2)
    lowest = [group for group in groups(clause, dossier.confidence) if group.worst]
    if lowest:
        told = (f"{one.name}: {one.rate}, {one.held:,} of {one.cases:,} ({one.ends})" for one in lowest)
        yield _Row(_said("; ".join(told)), "lowest class", 2)


def _corruptions(dossier: Dossier) -> _Rows:
    """Yield the mean corruption error, and the errors of each type at severities 1 to 5."""
    found = errors(dossier)
    if found is None:
        return
    yield _Row(_said(f"{found.said}, at severities 1 to 5:"), "mean error")
    for one in found.types:
        yield _Row(_said(f"{', '.join(error or '-' for error in one.errors)}   {one.title}"), _SAME)
    yield _Row(_said(found.note), _SAME)


def _broke(clause: Judged) -> list[str]:
    """Return a line for each thing that kept cases from holding."""
    broke = [tried for tried in clause.tried if tried.broke]
    named = [(tried, wording.named(tried, before)) for tried, before in zip(broke, [None, *broke], strict=False)]
    counts = [(tried.broke, f"{title} ({detail})" if detail else title) for tried, (title, detail) in named]
    counts += [(clause.wrong, "wrong before any attack"), (clause.unknown, "no clear answer, or not reached")]
    return [f"{wording.cases(count)}: {what}" for count, what in counts if count]


def _drawn(numbers: Figures) -> str:
    """Return an interval drawn with letters; the upright stroke is what the charter asks."""
    places = 41
    drawing, whole = ["·"] * places, chart(numbers, whole=True)

    def at(position: str) -> int:
        return round(float(position[:-1]) / 100 * (places - 1))

    first, last = at(whole.start), at(whole.stop)
    drawing[first : last + 1] = "━" * (last - first + 1)
    if whole.point:
        drawing[at(whole.point)] = "●"
    drawing[at(whole.limit.at)] = "│"
    return f"{100 * numbers.least:.0f} {''.join(drawing)} 100 %"


def _since(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Yield what changed since the previous decision, and against what is live if that is another."""
    for name, told in changes(dossier):
        yield f"since {'live' if name == 'live' else 'before'}", f"{told.sentence} (compared with {told.before})"


def _ending(dossier: Dossier) -> _Rows:
    every, this = wording.sure(dossier.confidence), wording.sure(dossier.attempt_confidence)
    tested = f"{every} % over all attempts; this one, attempt {dossier.attempt}, was tested at {this} %"
    yield _Row(_said(tested), "confidence")
    found = sum(outcome == "found" for outcome in dossier.controls.values())
    controls = f"{found} of {len(dossier.controls)} planted flaws found" if dossier.controls else "none were tried"
    yield _Row(_said(controls), "controls")
    for at, line in enumerate(dossier.not_tried):
        yield _Row(_said(line), _SAME if at else "not tried")
    for note in wording.notes(dossier):
        yield _Row(_said(note), "note")
    yield _Row(_said(dossier.log.get("assurance", "not stated")), "assurance")
    kept = [f"{name} {value}" for name, value in dossier.log.items() if name != "assurance"]
    for at, line in enumerate(kept):
        yield _Row(_said(line), _SAME if at else "evidence")
    means = "it held against what is named here, at that strength, on cases like these; no more"
    yield _Row(_said(means), "a pass means")


def _bold(word: str) -> str:
    return f"bold {_COLORS.get(word, '')}".strip()


def _typed(command: str, width: int) -> Line:
    """Return a command so that it can be copied: where it does not fit, a line ends as a shell wants it."""
    lines = [""]
    for word in re.findall(r"(?:'[^']*'|[^\s'])+", command):
        if lines[-1] and len(lines[-1]) + len(word) + 3 > width - _LABEL:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return _said(lines[0]) if len(lines) == 1 else Line(" \\\n".join(map(visible, lines)))


def _said(text: str, style: str = "") -> Line:
    return Line(visible(text), style=style)


CARD: Card[Reporter] = Card(make=Text, title="The report for a terminal")
