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
    named: Annotated[Path | None, typer.Option("--bundle", help="The same, as an option.")] = None,
    charter: Annotated[Path, typer.Option("--charter", help="The charter.")] = CHARTER,
    decision: Annotated[
        int | None,
        typer.Option("--decision", help="Entry of the decision; the last by default.", autocompletion=complete.entries),
    ] = None,
    withhold: Annotated[
        list[str] | None,
        typer.Option(
            "--withhold",
            metavar="CASE",
            help="Leave the kept samples of a case out. May be repeated.",
            autocompletion=complete.cases,
        ),
    ] = None,
    texts: Annotated[
        bool, typer.Option("--withhold-texts", help="Leave all kept texts and conversations out.")
    ] = False,
    stimuli: Annotated[bool, typer.Option("--withhold-stimuli", help="Leave all kept samples out.")] = False,
    disclose: Annotated[
        str | None,
        typer.Option(
            "--disclose",
            metavar="CASE",
            help="Write the kept samples of one case instead: for `verify --disclosed`, where they were withheld.",
            autocompletion=complete.cases,
        ),
    ] = None,
    log: LogFolder = None,
) -> None:
    """Write everything that a decision rests on into one archive; `python -m seatrial.proof` checks it anywhere.

    What is withheld stays visible, as a salted digest, and the rest verifies.
    """
    from seatrial.verbs import export as verb
    from seatrial.verbs.outputs import placed

    file = named or bundle
    placed(file, "bundle")
    words = [*(withhold or ()), *(["texts"] if texts else []), *(["stimuli"] if stimuli else [])]
    with busy("gathering the evidence"):
        if disclose is None:
            data = verb.export(charter, decision=decision, withhold=words, log=log)
        else:
            data = verb.disclose(charter, disclose, decision=decision, log=log)
    file.write_bytes(data)
    about = "" if decision is None else f", to be verified with --decision {decision}"
    out().print(f"{file}: {len(data):,} bytes{about}")
