"""`seatrial doctor`: what is missing, and the command that installs it."""

from __future__ import annotations

import typer

from seatrial.cli.screen import show_json
from seatrial.cli.words import CHARTER, CharterPath, Json, LogFolder


def command(charter: CharterPath = CHARTER, log: LogFolder = None, json: Json = False) -> None:
    """Look at versions, extras, threads, folders, key and log, and say what is missing and what installs it.

    Nothing is changed. Exit code: 0, or 4 if something that a gate needs is broken.
    """
    from seatrial.verbs.doctor import doctor

    examined = doctor(charter, log=log)
    if json:
        show_json(examined.to_json())
    else:
        from seatrial.cli.checks import show_examined

        show_examined(examined)
    raise typer.Exit(examined.exit_code)
