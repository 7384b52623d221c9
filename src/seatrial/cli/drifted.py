"""How an environment, and the drift between two, look on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from seatrial.cli.screen import lay
from seatrial.cli.sheet import Sheet
from seatrial.evidence.drift import GROUPS, Difference, group_of
from seatrial.verbs.capture import Captured
from seatrial.verbs.drift import Drift

MOST = 24
"""Differences of one group that are listed."""


def show_drift(console: Console, found: Drift) -> None:
    """Show the sentence, then each group with what it means, what to do, and its fields."""
    console.print(f"[bold]{escape(found.sentence)}[/bold]", soft_wrap=True)
    for one in found.groups:
        mark = "[red]✗[/red]" if one.group.matters else "[dim]-[/dim]"
        console.print(f"\n{mark} [bold]{escape(one.group.title)}[/bold]")
        lay(console, Text(one.group.means), indent=2)
        lay(console, Text(one.group.advice, style="dim"), indent=2)
        _differences(console, one.told)
    for note in found.notes:
        lay(console, Text(f"note: {note}", style="dim"))


def _differences(console: Console, differences: Sequence[Difference]) -> None:
    for one in differences[:MOST]:
        lay(console, Text(_short(str(one))), indent=4)
    if (more := len(differences) - MOST) > 0:
        console.print(f"    [dim]and {more} more: --json has them all[/dim]")


def show_captured(console: Console, found: Captured) -> None:
    """Show the fields, in the groups and the order in which a drift of them would be told."""
    for group in GROUPS:
        listed = (name for name in found.fields if not name.startswith("record."))
        named = [name for name in listed if group_of(name) is group and found.fields[name]]
        if not named:
            continue
        console.print(f"[bold]{escape(group.title)}[/bold]")
        sheet = Sheet("", "~")
        for name in named:
            record = found.fields.get(name.replace("package.", "record.", 1), "") if name.startswith("package.") else ""
            sheet.add(escape(name), escape(_short(" ".join(filter(None, (found.fields[name], record))))))
        sheet.show(console)
        console.print()
    for note in found.notes:
        lay(console, Text(f"note: {note}", style="dim"))


def _short(text: str) -> str:
    """Return a text with its digests cut."""
    words = (word[:19] if word.startswith("sha256:") else word for word in text.split(" "))
    return " ".join(words)
