"""`seatrial attest`: a decision in forms that other tools read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.screen import busy, out
from seatrial.cli.words import CHARTER, CharterOption, LogFolder


def command(
    folder: Annotated[Path, typer.Argument(help="Folder to write to; made if it is not there.")] = Path("attestations"),
    charter: CharterOption = CHARTER,
    decision: Annotated[
        int | None,
        typer.Option("--decision", help="Entry of the decision; the last by default.", autocompletion=complete.entries),
    ] = None,
    log: LogFolder = None,
) -> None:
    """Write in-toto attestations of a decision, signed by the log key: `test-result`, and of a deploy `svr`.

    `seatrial verify --attestation FILE` looks whether one follows from the log.
    """
    from seatrial.verbs.attest import attest

    with busy("gathering the evidence"):
        made = attest(charter, decision=decision, log=log)
    for file in made.write(folder):
        out().print(f"{file}: {file.stat().st_size:,} bytes", markup=False)
