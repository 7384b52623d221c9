"""`seatrial init`: a key, a log, and a first charter."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from seatrial.cli.screen import out
from seatrial.cli.words import CHARTER, CharterPath, LogFolder
from seatrial.errors import InputError, Problem


def command(
    charter: CharterPath = CHARTER,
    log: LogFolder = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take the stated defaults, ask nothing.")] = False,
) -> None:
    """Make what a first gate needs: a log key for you, an evidence log for the charter's system, and its pin.

    Without a charter, one with comments is written first, for you to fill in. Nothing that is there is overwritten.
    """
    from seatrial.verbs.initialise import initialise

    if not yes and not charter.exists():
        if not sys.stdin.isatty():
            hint = "nobody can be asked whether to write one to fill in: `seatrial init --yes` does"
            raise InputError(Problem(str(charter), "there is no such charter", hint))
        if not typer.confirm(f"There is no {charter}. Write one to fill in?", default=True):
            raise typer.Exit(2)
    for line in initialise(charter, log=log):
        out().print(line)
