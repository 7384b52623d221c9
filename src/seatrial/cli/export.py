"""`seatrial export`: one file for the auditor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.screen import busy, out
from seatrial.cli.words import CHARTER, LogFolder


def command(
    bundle: Annotated[Path, typer.Argument(help="File to write.")] = Path("evidence.tar"),
    charter: Annotated[Path, typer.Option("--charter", help="The charter.")] = CHARTER,
    decision: Annotated[
        int | None,
        typer.Option("--decision", help="Entry of the decision; the last by default.", autocompletion=complete.entries),
    ] = None,
    withhold: Annotated[bool, typer.Option("--withhold-stimuli", help="Leave the changed inputs out.")] = False,
    log: LogFolder = None,
) -> None:
    """Write everything that a decision rests on into one archive; `python -m seatrial.proof` checks it anywhere."""
    from seatrial.verbs.export import export
    from seatrial.verbs.outputs import placed

    placed(bundle, "bundle")
    with busy("gathering the evidence"):
        data = export(charter, decision=decision, withhold=withhold, log=log)
    bundle.write_bytes(data)
    about = "" if decision is None else f", to be verified with --decision {decision}"
    out().print(f"{bundle}: {len(data):,} bytes{about}")
