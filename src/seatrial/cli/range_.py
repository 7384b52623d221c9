"""`seatrial range`: does the scanner work?"""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.screen import progress, show_json
from seatrial.cli.shown import show_ranged
from seatrial.cli.words import Json, Quiet


def command(
    adversary: Annotated[
        list[str] | None,
        typer.Option(
            "--adversary",
            help="Only this adversary; may be repeated.",
            autocompletion=complete.plugins("adversaries"),
        ),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run the installed catalog against its planted flaws and their patched twins.

    A scanner that cannot show that it works proves nothing when it is silent. Exit code 4 if a control was missed.
    """
    from seatrial.verbs.range_ import range_

    with progress(quiet=quiet) as hear:
        ranged = range_(adversary or (), hear=hear)
    if json:
        show_json({"controls": [row.to_json() for row in ranged]})
    else:
        show_ranged(ranged)
    if not all(row.found for row in ranged):
        raise typer.Exit(4)
