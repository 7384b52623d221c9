"""`seatrial resume`: writing down that what was paused serves again."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli.passwords import one_password
from seatrial.cli.recording import show_recorded
from seatrial.cli.words import CHARTER, By, CharterOption, Environment, LogFolder, PersonalKey


def command(
    reason: Annotated[str, typer.Option("--reason", help="Why; shown for good.")] = "",
    environment: Environment = "production",
    by: By = "",
    key: PersonalKey = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Write down that what was paused serves again. It moves no traffic."""
    from seatrial.verbs.resume import resume

    found = resume(charter, reason=reason, environment=environment, by=by, key=key, password=one_password(key), log=log)
    show_recorded(found)
