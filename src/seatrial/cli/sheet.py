"""Tables that fit: in columns where there is room for whole words, else row by row with a line for each cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from seatrial.cli.screen import lay

GAP = 2


class Sheet:
    """A table on its way to a console; `>` before a head puts its column to the right, `~` lets it wrap."""

    def __init__(self, *heads: str, title: int = 1) -> None:
        """Take the heads, and how many cells are a row's title where rows stand below each other."""
        self._heads, self._title = heads, title
        self._rows: list[list[Text]] = []

    def add(self, *cells: str | Text) -> None:
        """Add a row; texts are rich markup."""
        self._rows.append([cell if isinstance(cell, Text) else Text.from_markup(cell) for cell in cells])

    def show(self, console: Console) -> None:
        """Print it as wide as it must be, and never wider than the console."""
        if self._least() <= console.width:
            lay(console, self._table())
            return
        for at, row in enumerate(self._rows):
            if at:
                console.print()
            self._stacked(console, row)

    def _least(self) -> int:
        """Return the columns it takes without breaking a word."""
        widths = [
            max([len(head.lstrip(">~")), *(_least(row[at], wraps=head.startswith("~")) for row in self._rows)])
            for at, head in enumerate(self._heads)
        ]
        return sum(widths) + GAP * (len(widths) - 1)

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
        for head in self._heads:
            justify: Literal["left", "right"] = "right" if head.startswith(">") else "left"
            table.add_column(head.lstrip(">~"), justify=justify, no_wrap=not head.startswith("~"), overflow="fold")
        for row in self._rows:
            table.add_row(*row)
        return table

    def _stacked(self, console: Console, row: Sequence[Text]) -> None:
        title = Text("  ").join(row[: self._title])
        title.stylize("bold")
        lay(console, title)
        for head, cell in zip(self._heads[self._title :], row[self._title :], strict=True):
            name = head.lstrip(">~")
            if cell.plain:
                lay(console, Text.assemble((f"{name}: " if name else "", "dim"), cell), indent=2)


def _least(cell: Text, *, wraps: bool) -> int:
    parts = cell.plain.split() if wraps else cell.plain.split("\n")
    return max((Text(part).cell_len for part in parts), default=0)
