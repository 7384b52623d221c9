"""`seatrial diff`: what changed from one run to another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.screen import busy, out, show_json
from seatrial.cli.words import CHARTER, CharterOption, Json, LogFolder

Run = Annotated[
    str,
    typer.Argument(
        help="`last`, `previous`, `deployed`, an entry of the log, a report.json or a bundle.",
        autocompletion=complete.decisions,
    ),
]


def command(
    before: Run = "previous",
    after: Run = "last",
    charter: CharterOption = CHARTER,
    trust: Annotated[
        Path | None, typer.Option("--trust", help="For bundles: the pinned trust.json, if it is not beside them.")
    ] = None,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """Compare two decisions: verdicts, figures with their intervals, cases in common, digests and environments.

    Exit code 0 whatever changed; 2 if there is no such decision or file.
    """
    from seatrial.verbs.diff import diff

    with busy("reading both runs"):
        found = diff(charter, before=before, after=after, trust=trust, log=log)
    if json:
        from seatrial.reports.json import plain

        show_json(plain(found))
        return
    from seatrial.cli.compared import show_comparison

    show_comparison(out(), found)
