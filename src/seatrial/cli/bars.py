"""Progress on a terminal: a bar with the time left; apart, since most commands draw none and it is slow to import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

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

ROOMY, NARROW = 72, 44
"""Columns from which on there is room for a note, and under which there is none for a bar."""


@contextmanager
def barred(console: Console) -> Iterator[Listener]:
    """Lend a listener that draws on a console, however narrow."""
    with Bars(*_columns(console.width), console=console, transient=True) as bars:
        yield _Barred(bars).hear


def _columns(width: int) -> list[ProgressColumn]:
    """Return what stands in a line of so many columns; what was left out is what one misses least."""
    found: list[ProgressColumn] = [TextColumn("{task.description}", markup=False)]
    if width >= NARROW:
        found.append(BarColumn(bar_width=min(40, width - NARROW + 8)))
    found += [MofNCompleteColumn(), TimeRemainingColumn(elapsed_when_finished=True)]
    if width >= ROOMY:
        found.append(TextColumn("[dim]{task.fields[note]}"))
    return found


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
