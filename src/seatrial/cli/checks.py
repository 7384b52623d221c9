"""How the findings of `seatrial doctor` look on a terminal."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from seatrial.cli.screen import out
from seatrial.verbs.doctor import ABSENT, BROKEN, GOOD, NOTE, Examined

MARKS = {GOOD: "[green]✓[/green]", NOTE: "[yellow]![/yellow]", ABSENT: "[dim]-[/dim]", BROKEN: "[red]✗[/red]"}
"""State -> how it is marked."""


def show_examined(examined: Examined) -> None:
    """Show one line per thing that was looked at: group, mark, name, what was found, and what to do under it."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for _ in range(4):
        table.add_column(overflow="fold")
    before = ""
    for one in examined.checks:
        group = one.group if one.group != before else ""
        hint = f"\n[bold]{escape(one.hint)}[/bold]" if one.hint else ""
        table.add_row(f"[dim]{group}[/dim]", MARKS[one.state], one.name, f"{escape(one.found)}{hint}")
        before = one.group
    out().print(table)
    out().print(examined.sentence)
