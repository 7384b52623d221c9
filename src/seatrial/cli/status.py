"""`seatrial status`: whether a decision may be acted on now, what is live, and what is open."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli.screen import out, show_json
from seatrial.cli.words import CHARTER, CharterPath, DecisionEntry, Json, LogFolder


def command(
    charter: CharterPath = CHARTER,
    decision: DecisionEntry = None,
    require_approvals: Annotated[
        bool,
        typer.Option(
            "--require-approvals", help="Answer 3 where approvals are lacking, or a waiver expired or was withdrawn."
        ),
    ] = False,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """Say what was decided, who approved it, which waivers it rests on, what is lacking, what is live and what is open.

    Exit code: 0 deploy, 3 hold, 6 reject; with --require-approvals 3 also where a deploy is not licensed yet.
    """
    from seatrial.cli.licensed import show_licence, show_waivers
    from seatrial.cli.standing import show_open, show_serving
    from seatrial.decision.decision import EXIT_CODES
    from seatrial.verbs.status import status

    found = status(charter, decision=decision, log=log)
    if json:
        show_json(found.to_json())
    else:
        show_licence(out(), found.licence)
        show_waivers(out(), [one for one in found.given if one not in found.waivers])
        for state in found.states:
            show_serving(out(), state)
        show_open(out(), found.states[0], found.outlived)
    code = EXIT_CODES[found.decision]
    raise typer.Exit(EXIT_CODES["hold"] if require_approvals and code == 0 and not found.granted else code)
