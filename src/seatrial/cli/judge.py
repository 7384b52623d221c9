"""`seatrial judge`: the verdict on what is recorded."""

from __future__ import annotations

import typer

from seatrial.cli.shown import show_gated
from seatrial.cli.words import CHARTER, CharterPath, Json, LogFolder, Reports, Weights


def command(
    charter: CharterPath = CHARTER,
    weights: Weights = None,
    log: LogFolder = None,
    report: Reports = None,
    json: Json = False,
) -> None:
    """Decide on the last recorded result of this charter's trial; nothing is run and no model is loaded.

    A changed threshold, severity or text judges the same record anew. Exit code: 0 deploy, 3 hold, 6 reject.
    """
    from seatrial.verbs.judge import judge
    from seatrial.verbs.outputs import outputs

    wanted = outputs(report or (), printed=json)
    gated = judge(charter, weights=weights, log=log)
    show_gated(gated, json=json, outputs=wanted)
    raise typer.Exit(gated.exit_code)
