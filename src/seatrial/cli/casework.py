"""How one case looks on a terminal: a picture, a row, a text, a conversation or a signal, before and after."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from seatrial.cli import pictured
from seatrial.cli.screen import colored, lay
from seatrial.cli.sheet import Sheet
from seatrial.reports.exhibits import Exhibit, exhibit
from seatrial.reports.pictures import image, scale
from seatrial.reports.texts import Piece
from seatrial.reports.waves import signals
from seatrial.reports.wording import visible
from seatrial.verbs.show import Shown

_OUTCOMES = {"held": "[green]✓ held[/green]", "broken": "[red]✗ broken[/red]", "unknown": "[yellow]? unknown[/yellow]"}
_STYLES = {"added": "green underline", "removed": "red strike", "leak": "reverse bold"}
_SIGNS = {"added": ("{+", "+}"), "removed": ("[-", "-]"), "leak": ("<<", ">>")}
"""What stands around a piece where there are no colours: the signs of wdiff."""
_COSTS = {"queries": "query", "forwards": "forward pass", "backwards": "gradient pass"}
LABEL, ROOMY = 13, 60
"""Columns of a label, and of a terminal on which labels stand in a column."""
_TOLD = ("draws", "held", "unknown", "score", "group")


def show_case(console: Console, found: Sequence[Shown]) -> None:
    """Show a case, once for each clause that tried it."""
    for at, one in enumerate(found):
        if at:
            console.print()
        _head(console, one)
        if one.withheld:
            hint = f"Its bytes are withheld from this copy of the log; {one.withheld} commits to them."
            console.print(f"[dim]{hint}[/dim]")
        elif one.example is None:
            hint = "Its bytes were not kept: of every shard only some are. What was recorded of it is above."
            console.print(f"[dim]{hint}[/dim]")
        else:
            _answers(console, one)
            _exhibit(console, exhibit(one.example))


def _head(console: Console, one: Shown) -> None:
    console.print(f"{_OUTCOMES[one.outcome]}  [bold]{escape(one.clause)}[/bold]  [dim]{escape(one.require)}[/dim]")
    _row(console, "case", one.case, whole=True)
    _row(console, "how", one.how)
    if one.scenario:
        _row(console, "scenario", one.scenario)
    told = [f"{name} {_number(one.values[name])}" for name in _TOLD if _there(one.values.get(name))]
    _row(console, "recorded", ", ".join(told))
    cost = [_counted(int(one.values[name]), word) for name, word in _COSTS.items() if one.values.get(name)]
    if cost:
        _row(console, "cost", ", ".join(cost))


def _answers(console: Console, one: Shown) -> None:
    example = one.example
    if example is None:
        return
    label = example.label or str(one.values.get("label", ""))
    for name, text in (("truth", label), ("said before", example.before), ("said after", example.after)):
        if text and "\n" not in text and len(text) < 200:
            _row(console, name, visible(text))
    if example.distance:
        _row(console, "distance", example.distance)


def _exhibit(console: Console, one: Exhibit) -> None:
    console.print()
    if one.kind == "picture":
        _pictures(console, one)
    elif one.kind == "wave":
        _waves(console, one)
    elif one.kind == "row":
        _cells(console, one)
    elif one.kind == "text":
        lay(console, _woven(console, one.pieces))
        for name, pieces in one.answers:
            lay(console, Text(f"{name}: ", style="dim").append_text(_woven(console, pieces)))
    for name, turns in one.talks:
        console.print(f"[bold]{escape(name)}[/bold]")
        for turn in turns:
            lay(console, Text(f"{turn.role}: ", style="dim").append_text(_woven(console, turn.pieces)), indent=2)
    for name, text in one.plain:
        _row(console, name.lower(), text)
    if one.omitted:
        console.print(f"[dim]{escape(one.omitted)}[/dim]")


def _pictures(console: Console, one: Exhibit) -> None:
    before, after = image(one.example.original), image(one.example.perturbed)
    there = [("Original", before)] if before is not None else []
    if after is not None and (before is None or not np.array_equal(before, after)):
        there.append(("Changed", after))
    low, high = scale(there[0][1])
    both = before is not None and after is not None and before.shape == after.shape and len(there) == 2
    width = pictured.width_of(len(there) + both, there[0][1], console)
    panels = [pictured.shown(name, picture, (low, high), width) for name, picture in there]
    if both and before is not None and after is not None:
        panels.append(pictured.difference(before, after, width))
    pictured.draw(console, panels)


def _waves(console: Console, one: Exhibit) -> None:
    before, after = signals(np.asarray(one.example.original)), signals(np.asarray(one.example.perturbed))
    if before is None or after is None:
        return
    low, high = float(np.nanmin([before, after])), float(np.nanmax([before, after]))
    for wave, at in zip(one.waves, _most_moved(before, after), strict=False):
        console.print(f"[dim]{escape(wave.name)}, largest change {escape(wave.largest)}[/dim]")
        for name, rows in (("before ", before), ("after  ", after)):
            console.print(f"{name} {pictured.line(rows[at], low, high, console.width - 9)}", soft_wrap=True)


def _most_moved(before: pictured.Pixels, after: pictured.Pixels) -> list[int]:
    """Return the channels in the order in which an exhibit draws them: what changed most comes first."""
    moved = np.abs(np.nan_to_num(after - before, nan=0.0, posinf=0.0, neginf=0.0)).max(axis=1)
    return sorted(range(len(before)), key=lambda at: (-moved[at], at))


def _cells(console: Console, one: Exhibit) -> None:
    sheet = Sheet("column", "~before", "~after", "~change")
    for cell in one.cells:
        values = [escape(text) for text in (cell.before, cell.after, cell.change)]
        if cell.change:
            sheet.add(f"[bold]{escape(cell.name)}[/bold]", values[0], f"[bold]{values[1]}[/bold]", f"* {values[2]}")
        else:
            sheet.add(*(f"[dim]{text}[/dim]" for text in (escape(cell.name), values[0], values[1])), "")
    sheet.show(console)


def _woven(console: Console, pieces: Sequence[Piece]) -> Text:
    line = Text()
    for piece in pieces:
        if colored(console) or not piece.kind:
            line.append(piece.text, _STYLES.get(piece.kind, ""))
        else:
            begin, end = _SIGNS.get(piece.kind, ("", ""))
            line.append(f"{begin}{piece.text}{end}")
    return line


def _row(console: Console, name: str, text: str, *, whole: bool = False) -> None:
    if whole or console.width < ROOMY:
        shown = Text.assemble(("  " + (name.ljust(LABEL) if console.width >= ROOMY else f"{name}: "), "dim"), text)
        console.print(shown, soft_wrap=True) if whole else lay(console, shown[2:], indent=2)
        return
    grid = Table.grid(padding=0)
    grid.add_column(width=LABEL, style="dim")
    grid.add_column(overflow="fold")
    grid.add_row(name, Text(text))
    lay(console, grid, indent=2)


def _there(value: float | str | None) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _counted(count: int, word: str) -> str:
    plural = word.replace("query", "queries").replace("pass", "passes")
    return f"{count:,} {word if count == 1 else plural}"


def _number(value: float | str) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
