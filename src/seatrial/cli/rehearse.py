"""`seatrial rehearse`: for every commit."""

from __future__ import annotations

import typer

from seatrial.cli.screen import progress, show_json
from seatrial.cli.shown import show_rehearsed
from seatrial.cli.words import CHARTER, CharterPath, Executor, Json, Quiet, Weights, Workers


def command(
    charter: CharterPath = CHARTER,
    weights: Weights = None,
    executor: Executor = "auto",
    workers: Workers = 2,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run the trial on the rehearsal cases: nothing is logged, nothing is spent, and nothing can be deployed by it.

    Exit code: 0 it would hold, 3 it is not settled, 6 it would be rejected.
    """
    from seatrial.verbs.rehearse import rehearse

    with progress(quiet=quiet) as hear:
        rehearsed = rehearse(charter, weights=weights, executor=executor, workers=workers, hear=hear)
    if json:
        show_json(rehearsed.to_json())
    else:
        show_rehearsed(rehearsed)
    raise typer.Exit(rehearsed.exit_code)
