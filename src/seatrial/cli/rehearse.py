"""`seatrial rehearse`: for every commit."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli.screen import progress, show_json
from seatrial.cli.shown import show_outputs, show_rehearsed
from seatrial.cli.words import CHARTER, CharterPath, Executor, Json, Quiet, Reports, Weights, Workers


def command(
    charter: CharterPath = CHARTER,
    weights: Weights = None,
    cases: Annotated[
        int | None, typer.Option("--cases", min=1, help="At most so many of the rehearsal cases; all by default.")
    ] = None,
    clause: Annotated[list[str] | None, typer.Option("--clause", help="Only this clause; may be repeated.")] = None,
    executor: Executor = "auto",
    workers: Workers = 2,
    report: Reports = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run the trial on the rehearsal cases: nothing is logged, nothing is spent, and nothing can be deployed by it.

    Exit code: 0 it would hold, 3 it is not settled, 6 it would be rejected.
    """
    from seatrial.verbs.outputs import REHEARSED, outputs
    from seatrial.verbs.rehearse import rehearse

    wanted = outputs(report or (), printed=json, known=REHEARSED)
    with progress(quiet=quiet) as hear:
        rehearsed = rehearse(
            charter,
            weights=weights,
            cases=cases,
            clauses=clause or (),
            executor=executor,
            workers=workers,
            hear=hear,
        )
    taken = show_outputs(wanted, rehearsed.dossier)
    if json:
        show_json(rehearsed.to_json())
    elif not taken:
        show_rehearsed(rehearsed)
    raise typer.Exit(rehearsed.exit_code)
