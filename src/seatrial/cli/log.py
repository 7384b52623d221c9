"""`seatrial log`: what ran, newest first."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli.screen import out, show_json
from seatrial.cli.words import CHARTER, CharterPath, Json, LogFolder


def command(
    charter: CharterPath = CHARTER,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="At most so many rows; 0 shows all.")] = 20,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """List what ran, newest first: decisions with their exit codes, abandoned attempts, waivers, approvals."""
    from seatrial.verbs.history import history

    found = history(charter, limit=limit or None, log=log)
    if json:
        show_json(found.to_json())
        return
    from seatrial.cli.places import show_history

    show_history(out(), found)
