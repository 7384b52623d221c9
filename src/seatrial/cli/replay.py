"""`seatrial replay`: the same again, compared byte by byte."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.screen import out, progress, show_json
from seatrial.cli.words import CHARTER, CharterPath, DecisionEntry, Executor, Json, LogFolder, Quiet, Weights, Workers


def command(
    charter: CharterPath = CHARTER,
    weights: Weights = None,
    level: Annotated[
        str,
        typer.Option(
            "--level",
            help="r0 verify the record, r1 judge it again, r2 run it again, r3 old attempts on this model.",
            autocompletion=complete.levels,
        ),
    ] = "r2",
    executor: Executor = "auto",
    workers: Workers = 2,
    decision: DecisionEntry = None,
    log: LogFolder = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Replay the last result of this charter's trial; exit code 5 names the first shard and case that differ."""
    from seatrial.verbs.replay import replay

    with progress(quiet=quiet) as hear:
        replayed = replay(
            charter,
            weights=weights,
            level=level,
            executor=executor,
            workers=workers,
            log=log,
            decision=decision,
            hear=hear,
        )
    if json:
        show_json(replayed.to_json())
    else:
        out().print(replayed.sentence)
