"""How a comparison of two decisions looks on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from seatrial.cli.screen import lay
from seatrial.cli.sheet import Sheet
from seatrial.proof.canonical import short
from seatrial.reports.reporter import Comparison, Moved, Standing

_MARKS = {
    "worse": "[red]✗ worse[/red]",
    "better": "[green]✓ better[/green]",
    "same": "[dim]= same[/dim]",
    "new": "[yellow]+ new[/yellow]",
    "gone": "[yellow]- gone[/yellow]",
}
_MOST = 12
"""Differences of two environments that are listed."""


def show_comparison(console: Console, found: Comparison) -> None:
    """Show the sentence, every clause, what was tried in common, and what may have caused the difference."""
    console.print(f"[bold]{escape(found.sentence)}[/bold]")
    console.print(f"[dim]{escape(found.before)} -> {escape(found.after)}[/dim]")
    for one in found.clauses:
        console.print()
        _moved(console, one)
    console.print()
    _common(console, found)
    _digests(console, found)
    _environment(console, found)


def _moved(console: Console, one: Moved) -> None:
    console.print(f"{_MARKS[one.change]}  [bold]{escape(one.name)}[/bold]")
    for text in (_pair("", _verdict(one.before), _verdict(one.after)), _pair("", _told(one.before), _told(one.after))):
        if text:
            lay(console, Text.from_markup(text), indent=2)
    for text in one.said:
        lay(console, Text(text, style="dim"), indent=2)


def _pair(head: str, before: str, after: str) -> str:
    if before and after and before != after:
        return f"{head}{escape(before)} -> {escape(after)}"
    return f"{head}{escape(after or before)}" if after or before else ""


def _verdict(one: Standing | None) -> str:
    return one.verdict if one else ""


def _told(one: Standing | None) -> str:
    if one is None or not (one.measured or one.interval):
        return ""
    counted = f"{one.held:,} of {one.n:,}"
    return f"{one.measured or counted} ({one.interval})"


def _common(console: Console, found: Comparison) -> None:
    if found.common is None:
        console.print("[dim]A report does not say which cases it tried, so nothing is known of cases in common.[/dim]")
    elif found.common:
        console.print(f"{found.common:,} cases were tried by both.")
    else:
        console.print("[dim]No case was tried by both: each attempt draws its own.[/dim]")


def _digests(console: Console, found: Comparison) -> None:
    if not found.digests:
        return
    sheet = Sheet("digest", "before", "after")
    for name, pair in found.digests.items():
        sheet.add(name, *(short(digest) or "(none)" for digest in pair))
    sheet.show(console)


def _environment(console: Console, found: Comparison) -> None:
    if not found.environment:
        console.print("[dim]The environments are the same, as far as they are recorded.[/dim]")
        return
    console.print("The environments differ, the likeliest cause of other bytes first:")
    for one in found.environment[:_MOST]:
        lay(console, Text(str(one)), indent=2)
    if (more := len(found.environment) - _MOST) > 0:
        console.print(f"  [dim]and {more} more: --json has them all[/dim]")
