"""Progress in a notebook: one bar that is drawn in place, and no wall of lines."""

from __future__ import annotations

import sys
from typing import Any, final

from seatrial.records.event import (
    Event,
    Listener,
    Phase,
    Progress,
    RunFinished,
    RunStarted,
    ShardFailed,
    ShardFinished,
    in_words,
    notable,
    silent,
)
from seatrial.reports.notebook import progress_line

_SETTLED = "post_run_cell"
"""What IPython calls when a cell has ended, however it ended."""


def bar() -> Listener:
    """Return a listener for `hear` that draws a bar below the cell of a notebook, and nothing anywhere else.

    When the cell ends, the bar becomes one line that says how much was done; what failed stays to be seen.

    Examples:
        >>> gated = seatrial.gate("charter.yaml", hear=seatrial.bar())
        >>> gated.decision
        'deploy'
    """
    return drawn_by(sys.modules.get("IPython"))


def drawn_by(ipython: Any) -> Listener:
    """Return the listener for a program that has this module `IPython`, or None for one that has not loaded it."""
    shell = ipython.get_ipython() if ipython else None
    return _Bar(ipython, shell).hear if getattr(shell, "kernel", None) else silent


@final
class _Bar:
    """What is drawn, and how far it is."""

    def __init__(self, ipython: Any, shell: Any) -> None:
        self._display = ipython.display.display
        self._shell = shell
        self._shown = ""
        self._handle: Any = None
        self._what, self._done, self._total = "", 0, 0
        self._last = ""
        self._failed: list[str] = []
        shell.events.register(_SETTLED, self._settle)

    def hear(self, event: Event) -> None:
        """Draw what an event changes."""
        match event:
            case Phase():
                self._what, self._done, self._total = event.what, 0, 0
            case RunStarted():
                self._what, self._done, self._total = "shards", event.done, event.shards
            case Progress():
                self._what, self._done, self._total = event.what, event.done, event.total
            case RunFinished():
                self._last = f"{event.done} shards done" if not event.failed + event.not_done else in_words(event)
            case ShardFinished() | ShardFailed():
                self._done += 1
        if notable(event):
            self._failed.append(in_words(event))
        self._draw(progress_line(self._what, self._done, self._total, self._failed))

    def _settle(self, *_: object) -> None:
        self._shell.events.unregister(_SETTLED, self._settle)
        told = self._last or (f"{self._what}: {self._done} of {self._total}" if self._total else "")
        self._draw(progress_line(told, 0, 0, self._failed, ended=True))

    def _draw(self, html: str) -> None:
        """Draw, if it looks different; a change of the bar too small to see is none."""
        if html == self._shown:
            return
        self._shown = html
        shown = {"text/html": html, "text/plain": ""}
        if self._handle is None:
            self._handle = self._display(shown, raw=True, display_id=True)
        else:
            self._handle.update(shown, raw=True)
