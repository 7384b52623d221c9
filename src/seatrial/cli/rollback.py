"""`seatrial rollback`: writing down that what was live before is live again."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.passwords import one_password
from seatrial.cli.recording import show_recorded
from seatrial.cli.words import CHARTER, By, CharterOption, Environment, LogFolder, PersonalKey


def command(
    reason: Annotated[str, typer.Option("--reason", help="Why; shown for good.")],
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="Decision to fall back to; the last one that was live before by default.",
            autocompletion=complete.decisions,
        ),
    ] = None,
    environment: Environment = "production",
    by: By = "",
    key: PersonalKey = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Write down that what was live before is live again, and say which model that is. It moves no traffic."""
    from seatrial.verbs.rollback import rollback

    password = one_password(key)
    found = rollback(charter, reason=reason, to=to, environment=environment, by=by, key=key, password=password, log=log)
    show_recorded(found)
