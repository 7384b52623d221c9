"""`seatrial plan`: what a gate would need, before anything is spent."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli.screen import progress, show_json
from seatrial.cli.shown import show_planned
from seatrial.cli.words import CHARTER, CharterPath, Json, LogFolder, Quiet, Weights
from seatrial.errors import InputError, Problem


def command(
    charter: CharterPath = CHARTER,
    weights: Weights = None,
    rate: Annotated[
        list[str] | None,
        typer.Option("--rate", help="CLAUSE=RATE: assume this rate instead of the pilot's; may be repeated."),
    ] = None,
    pilot: Annotated[
        int, typer.Option("--pilot", min=0, help="Rehearsal cases to try for price and rates; 0 tries none.")
    ] = 64,
    log: LogFolder = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say what a gate would run, what it would cost, and how likely each verdict is. Nothing is logged or spent."""
    from seatrial.verbs.plan import plan

    with progress(quiet=quiet) as hear:
        planned = plan(charter, weights=weights, rates=_rates(rate or []), pilot=pilot, log=log, hear=hear)
    if json:
        show_json(planned.to_json())
    else:
        show_planned(planned)


def _rates(words: list[str]) -> dict[str, float]:
    found, wrong = {}, []
    for word in words:
        name, _, number = word.partition("=")
        try:
            found[name] = float(number)
        except ValueError:
            wrong.append(Problem("--rate", f"{word!r} is not CLAUSE=RATE", "write imperceptible-change=0.55"))
            continue
        if not 0 <= found[name] <= 1:
            wrong.append(Problem("--rate", f"{word!r} is not between 0 and 1"))
    if wrong:
        raise InputError(*wrong)
    return found
