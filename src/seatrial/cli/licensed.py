"""How a licence looks on a terminal."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from seatrial.cli.screen import lay
from seatrial.proof.canonical import short

if TYPE_CHECKING:
    from seatrial.decision.licence import Licence, Waived

NAME = 10
"""Columns of a name."""
"""Hexadecimal digits of a digest that are shown."""


def row(console: Console, name: str, text: str, style: str = "") -> None:
    """Print a name and what there is to say; on a terminal, longer texts go on below their beginning."""
    if console.soft_wrap:
        console.print(Text(f"  {name:{NAME}} {text}", style))
        return
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=NAME, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(name, style), Text(text, style))
    lay(console, grid, indent=2)


def show_licence(console: Console, found: Licence) -> None:
    """Show what was decided, by whom it is approved, what is waived until when, and what is lacking."""
    mark, colour = ("✓", "green") if found.granted else ("?", "yellow")
    word = "licensed to deploy" if found.granted else "not licensed to deploy"
    console.print(f"[{colour}]{mark} {word}[/{colour}]  release {escape(found.release)}, model {short(found.model)}")
    row(console, "decision", f"{found.decision} (entry {found.entry}), submitted by {found.submitter}")
    names = ", ".join(found.approved) or "nobody yet"
    row(console, "approved", f"{names} ({len(found.approved)} of {found.needed})")
    for name, why in found.uncounted:
        row(console, "uncounted", f"{name}: {why}")
    show_waivers(console, found.waivers)
    for text in found.lacking:
        row(console, "lacking", text)


def show_waivers(console: Console, waivers: Iterable[Waived], *, rested: Container[int] | None = None) -> None:
    """Show waivers, each with its end, its signers and its reason.

    Args:
        console: Where.
        waivers: The waivers.
        rested: Entries of those that a decision rests on; then it is said of the others that none does.
    """
    for one in waivers:
        said = f"{one.clause} (entry {one.entry}) {one}: {one.reason}"
        said += "" if rested is None or one.entry in rested else " (what serves does not rest on it)"
        row(console, "waived", said, "yellow" if one.open else "dim")
