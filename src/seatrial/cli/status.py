"""`seatrial status`: whether a decision may be acted on now."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from seatrial.cli.screen import out, show_json
from seatrial.cli.words import CHARTER, CharterPath, DecisionEntry, Json, LogFolder


def command(
    charter: CharterPath = CHARTER,
    decision: DecisionEntry = None,
    require_approvals: Annotated[
        bool, typer.Option("--require-approvals", help="Answer 3 where approvals are lacking or a waiver has expired.")
    ] = False,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """Say what was decided, who approved it, which waivers it rests on, and what is lacking before it may be acted on.

    Exit code: 0 deploy, 3 hold, 6 reject; with --require-approvals 3 also where a deploy is not licensed yet.
    """
    from seatrial.cli.licensed import show_licence
    from seatrial.decision.decision import EXIT_CODES
    from seatrial.verbs.status import status

    found = status(charter, decision=decision, log=log)
    if json:
        show_json({**asdict(found), "granted": found.granted})
    else:
        show_licence(out(), found)
    code = EXIT_CODES[found.decision]
    raise typer.Exit(EXIT_CODES["hold"] if require_approvals and code == 0 and not found.granted else code)
