"""Progress on a terminal: a bar with the time left; apart, since most commands draw none and it is slow to import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import final

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TaskID, TextColumn
from rich.progress import Progress as Bars
from rich.table import Column
from rich.text import Text

from seatrial.records.event import (
    ControlFinished,
    Event,
    Listener,
    Phase,
    Progress,
    RunStarted,
    ShardFailed,
    ShardFinished,
)

ROOMY, NARROW = 72, 48
"""Columns from which on there is room for a note, and under which there is none for a bar."""
COUNTS = 22
"""Columns that counts and times take at most."""


@contextmanager
def barred(console: Console) -> Iterator[Listener]:
    """Lend a listener that draws on a console, however narrow."""
    with Bars(*_columns(console.width), console=console, transient=True) as bars:
        yield _Barred(bars).hear


def _columns(width: int) -> list[ProgressColumn]:
    """Return what stands in a line of so many columns; what was left out is what one misses least."""
    name = Column(no_wrap=True, overflow="ellipsis", max_width=max(10, width - COUNTS))
    found: list[ProgressColumn] = [TextColumn("{task.description}", markup=False, table_column=name)]
    if width >= NARROW:
        found.append(BarColumn(bar_width=min(30, width - NARROW + 4)))
    found += [_Count(Column(no_wrap=True, justify="right")), _Time(Column(no_wrap=True))]
    if width >= ROOMY:
        rest = Column(no_wrap=True, overflow="ellipsis")
        found.append(TextColumn("{task.fields[note]}", style="dim", markup=False, table_column=rest))
    return found


@final
class _Count(ProgressColumn):
    """How many of how many; nothing for a step of unknown length."""

    def render(self, task: Task) -> Text:
        """Return the cell."""
        return Text("" if task.total is None else f"{task.completed:,.0f}/{task.total:,.0f}", style="green")


@final
class _Time(ProgressColumn):
    """Time left, as soon as there is a pace to tell it from; of a step of unknown length the time it takes."""

    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        """Return the cell."""
        if task.total is None:
            return Text(f"{task.elapsed or 0:.0f} s", style="cyan")
        left = task.time_remaining
        return Text("" if left is None or task.finished else f"{timedelta(seconds=round(left))} left", style="cyan")


class _Barred:
    """A listener that draws."""

    def __init__(self, bars: Bars) -> None:
        self.bars = bars
        self.tasks: dict[str, TaskID] = {}
        self.phase: TaskID | None = None

    def _task(self, what: str, total: int, done: int = 0) -> TaskID:
        if what not in self.tasks:
            self.tasks[what] = self.bars.add_task(what, total=total, completed=done, note="")
        return self.tasks[what]

    def hear(self, event: Event) -> None:
        """Move the bar that the event is about; a phase shows one that only says that something is going on."""
        if self.phase is not None and not isinstance(event, ControlFinished):
            self.bars.remove_task(self.phase)
            self.phase = None
        match event:
            case Phase():
                self.phase = self.bars.add_task(event.what, total=None, note="")
            case RunStarted():
                self._task("shards", event.shards, event.done)
            case ShardFinished() | ShardFailed():
                self.bars.update(self._task("shards", 0), advance=1, note=event.clause)
            case Progress():
                self.bars.update(self._task(event.what, event.total), completed=event.done, note=event.note)
            case _:
                pass
