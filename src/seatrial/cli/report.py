"""`seatrial report`: say a decision that is in the log again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.screen import busy, out
from seatrial.cli.shown import show_text, write_bytes
from seatrial.cli.words import CHARTER, CharterPath, DecisionEntry, LogFolder


def command(
    charter: CharterPath = CHARTER,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            "--as",
            help="Format: text, html, json, junit, markdown, sarif, or a plugin's; FORMAT=FILE writes a file.",
            autocompletion=complete.plugins("reports"),
        ),
    ] = "text",
    decision: DecisionEntry = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; standard output if absent.")
    ] = None,
    log: LogFolder = None,
) -> None:
    """Render a recorded decision; the model is not needed."""
    from seatrial.verbs.outputs import placed
    from seatrial.verbs.report import report, told

    to, _, named = to.partition("=")
    output = Path(named) if named else output
    if output is not None:
        placed(output, "--output")
    if to == "text" and output is None:
        show_text(told(charter, decision=decision, log=log))
        return
    with busy("writing the report"):
        rendered = report(charter, to=to, decision=decision, log=log)
    if output is None:
        write_bytes(rendered)
    else:
        output.write_bytes(rendered)
        out().print(str(output), markup=False, soft_wrap=True)
