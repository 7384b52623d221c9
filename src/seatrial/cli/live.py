"""`seatrial live`: writing down what went live."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli.passwords import one_password
from seatrial.cli.recording import show_recorded
from seatrial.cli.words import CHARTER, By, CharterOption, DecisionEntry, Environment, LogFolder, PersonalKey


def command(
    decision: DecisionEntry = None,
    share: Annotated[int, typer.Option("--share", help="Per cent of the traffic; the rest stays where it was.")] = 100,
    even_so: Annotated[
        str, typer.Option("--even-so", help="Why it goes live without a licence; recorded and shown for good.")
    ] = "",
    environment: Environment = "production",
    by: By = "",
    key: PersonalKey = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Write down that a decision's model went live. It moves no traffic: whoever does calls this.

    Exit code: 0 recorded; 3 the licence is not granted, and nothing was recorded (--even-so records it with a reason).
    """
    from seatrial.verbs.live import live

    found = live(
        charter,
        decision=decision,
        environment=environment,
        share=share,
        even_so=even_so,
        by=by,
        key=key,
        password=one_password(key),
        log=log,
    )
    show_recorded(found)
