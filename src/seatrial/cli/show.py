"""`seatrial show`: one case."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.screen import out, show_json
from seatrial.cli.words import CHARTER, CharterOption, DecisionEntry, Json, LogFolder


def command(
    case: Annotated[
        str, typer.Argument(help="First hexadecimal digits of the case's digest.", autocompletion=complete.cases)
    ],
    clause: Annotated[
        str | None, typer.Option("--clause", help="Only under this clause.", autocompletion=complete.clauses)
    ] = None,
    decision: DecisionEntry = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """Show one case: what was tried on it, before and after, what the model said, and how it came out."""
    from seatrial.verbs.show import show

    found = show(charter, case, clause=clause, decision=decision, log=log)
    if json:
        show_json({"shown": [one.to_json() for one in found]})
        return
    from seatrial.cli.casework import show_case

    show_case(out(), found)
