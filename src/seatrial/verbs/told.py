"""What a run tells: every event goes to the logger `seatrial`, and then to whoever listens."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

from seatrial.records.event import Event, Listener, Progress, in_words, notable

LOGGER = logging.getLogger("seatrial.run")
STEPS = 10
"""A long step says about so often at level INFO how far it is, and at level DEBUG each time."""


def told(hear: Listener) -> Listener:
    """Return a listener that logs every event and hands it on; told twice it logs once."""
    if getattr(hear, "__name__", "") == _NAME:
        return hear

    def telling(event: Event) -> None:
        level = _level(event)
        if LOGGER.isEnabledFor(level):
            LOGGER.log(level, "%s", in_words(event), extra=fields(type(event).__name__, **asdict(event)))
        hear(event)

    return telling


_NAME = "telling"


def fields(name: str, **values: Any) -> dict[str, Any]:
    """Return what `extra=` of a log call takes, so that `--log-json` shows the event with its fields."""
    return {"event": {"name": name, **values}}


def _level(event: Event) -> int:
    if notable(event):
        return logging.WARNING
    every = max(1, event.total // STEPS) if isinstance(event, Progress) else 1
    rare = not isinstance(event, Progress) or event.done == event.total or event.done % every == 0
    return logging.INFO if rare else logging.DEBUG
