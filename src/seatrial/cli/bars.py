"""Progress on a terminal: a bar with the time left; apart, since most commands draw none and it is slow to import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from seatrial.records.event import Event, Listener, Progress, RunStarted, ShardFailed, ShardFinished


@contextmanager
def barred(console: Console, notable: Callable[[Event], str]) -> Iterator[Listener]:
    """Lend a listener that draws.

    Args:
        console: Where.
        notable: Gives the line to print for an event that must not pass unseen, or an empty text.
    """
    with Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[note]}"),
        console=console,
        transient=True,
    ) as bars:
        yield _Barred(bars, notable).hear


class _Barred:
    """A listener that draws."""

    def __init__(self, bars: Bars, notable: Callable[[Event], str]) -> None:
        self.bars = bars
        self.notable = notable
        self.tasks: dict[str, TaskID] = {}

    def _task(self, what: str, total: int, done: int = 0) -> TaskID:
        if what not in self.tasks:
            self.tasks[what] = self.bars.add_task(what, total=total, completed=done, note="")
        return self.tasks[what]

    def hear(self, event: Event) -> None:
        """Move the bar that the event is about."""
        match event:
            case RunStarted():
                self._task("shards", event.shards, event.done)
            case ShardFinished() | ShardFailed():
                self.bars.update(self._task("shards", 0), advance=1, note=event.clause)
            case Progress():
                self.bars.update(self._task(event.what, event.total), completed=event.done, note=event.note)
            case _:
                pass
        if line := self.notable(event):
            self.bars.console.print(line)
