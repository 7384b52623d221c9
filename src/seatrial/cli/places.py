"""How the places of `seatrial where` and the history of `seatrial log` look on a terminal."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from seatrial.cli.screen import lay
from seatrial.cli.sheet import Sheet
from seatrial.proof.canonical import short
from seatrial.verbs.history import History, Row
from seatrial.verbs.where import Places

NAMES, ROOMY = 11, 60
"""Columns of a name, and of a terminal on which names stand in a column."""
_STYLES = {"deploy": "green", "reject": "red", "hold": "yellow"}
_UNITS = ("B", "kB", "MB", "GB", "TB")


def show_places(console: Console, found: Places) -> None:
    """Show for each place whether it is there and where; below, how large it is, what decided it and what it is for."""
    for one in found.places:
        mark = "[green]✓[/green]" if one.exists else "[dim]-[/dim]"
        console.print(
            f"{mark} [bold]{one.name:{NAMES}}[/bold] {escape(_near(one.path)) or '(not known)'}", soft_wrap=True
        )
        there = "not there" if not one.exists else size(one.size) if one.path else "there"
        decided = f"{one.decided}: {one.by}" if one.by else one.decided
        told = ", ".join(filter(None, (there, decided, one.note)))
        lay(console, Text(told, style="dim"), indent=NAMES + 3 if console.width >= ROOMY else 2)
    console.print("[dim]A flag goes before the environment, the environment before the charter.[/dim]")


def _near(path: str) -> str:
    """Return a path from where the user stands, or from home, if that is shorter to read."""
    place = Path(path)
    for top, sign in ((Path.cwd(), "."), (Path.home(), "~")):
        if place.is_relative_to(top):
            return str(Path(sign) / place.relative_to(top))
    return path


def size(count: int) -> str:
    """Return a number of bytes in words: `0 B`, `812 B`, `1.4 MB`."""
    value, at = float(count), 0
    while value >= 999.5 and at < len(_UNITS) - 1:
        value, at = value / 1000, at + 1
    return f"{count} B" if at == 0 else f"{value:.1f} {_UNITS[at]}" if value < 9.95 else f"{value:.0f} {_UNITS[at]}"


def show_history(console: Console, found: History) -> None:
    """Show what ran, newest first."""
    if not found.rows:
        console.print("Nothing ran yet: `seatrial gate` is the first attempt.")
        return
    sheet = Sheet(">entry", "what", ">exit", ">attempt", "release", "model", "when (UTC)", "who", "~", title=2)
    for row in found.rows:
        sheet.add(*_cells(row))
    sheet.show(console)
    console.print(f"[dim]{escape(found.origin)}, {found.entries:,} entries; times are the writers' own clocks[/dim]")


def _cells(row: Row) -> list[str]:
    style = _STYLES.get(row.what, "dim")
    when = row.when.removesuffix("Z").replace("T", " ")[:16]
    numbers = ["" if value is None else str(value) for value in (row.exit_code, row.attempt)]
    texts = [escape(text) for text in (row.release, short(row.model), when, row.who, row.sentence)]
    return [str(row.entry), f"[{style}]{row.what}[/{style}]", *numbers, *texts]
