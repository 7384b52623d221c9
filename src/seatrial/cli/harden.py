"""`seatrial harden`: mend what failed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.screen import out, progress, show_json
from seatrial.cli.words import CHARTER, CharterPath, Json, LogFolder, Quiet, Weights


def command(
    charter: CharterPath = CHARTER,
    output: Annotated[Path, typer.Option("--out", "-o", help="File for the new weights.")] = Path(
        "hardened.safetensors"
    ),
    clause: Annotated[
        str | None,
        typer.Option(
            "--clause",
            help="Clause to answer; by default the worst that the last decision found.",
            autocompletion=complete.clauses,
        ),
    ] = None,
    weights: Weights = None,
    seed: Annotated[int, typer.Option("--seed", help="Another seed trains another model.")] = 1,
    log: LogFolder = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Apply the remedy that a clause names under `otherwise`, on training cases only, and write new weights.

    What it made has to pass the gate like any other model: `seatrial gate --weights FILE`.
    """
    from seatrial.verbs.harden import harden

    with progress(quiet=quiet) as hear:
        hardened = harden(charter, output, clause=clause, weights=weights, seed=seed, log=log, hear=hear)
    if json:
        show_json(hardened.to_json())
    else:
        out().print(hardened.sentence)
