"""How far something is, drawn where it can be seen: a bar in a notebook, a line on a terminal, nothing elsewhere."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from seatrial.records.event import Event, Listener, Phase, Progress, silent
from seatrial.verbs.bar import bar


@contextmanager
def ticker(hear: Listener | None = None, *, to: TextIO | None = None) -> Iterator[Listener]:
    """Lend a listener for as long as something runs.

    Args:
        hear: Whoever listens already; then nothing is drawn.
        to: Where a line is drawn, if it is a terminal; by default standard error.
    """
    stream = to or sys.stderr
    if hear is not None:
        yield hear
        return
    drawn = bar()
    if drawn is not silent or not stream.isatty():
        yield drawn
        return
    try:
        yield lambda event: _draw(stream, event)
    finally:
        _put(stream, "")


def _draw(stream: TextIO, event: Event) -> None:
    match event:
        case Phase():
            _put(stream, event.what)
        case Progress():
            _put(stream, f"{event.what}: {event.done:,} of {event.total:,}  {event.note}")


def _put(stream: TextIO, line: str) -> None:
    """Write over the line."""
    wide = max(shutil.get_terminal_size().columns - 1, 20)
    stream.write(f"\r{line[:wide]:<{wide}}" if line else f"\r{'':<{wide}}\r")
    stream.flush()
