"""`seatrial history`: what happened in order, and what stood on a day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.screen import out, show_json
from seatrial.cli.words import CHARTER, CharterPath, Environment, Json, LogFolder


def command(
    charter: CharterPath = CHARTER,
    on: Annotated[
        str, typer.Option("--on", help="What stood on a day 2027-03-03 (at its end, UTC), or at an instant.")
    ] = "",
    environment: Environment = "production",
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", help="Only entries of this kind; may be repeated.", autocompletion=complete.kinds),
    ] = None,
    person: Annotated[str, typer.Option("--person", help="Only what this person submitted, signed or said.")] = "",
    model: Annotated[str, typer.Option("--model", help="Only what is about the model whose digest begins so.")] = "",
    release: Annotated[str, typer.Option("--release", help="Only what is about this release.")] = "",
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """Tell everything in the order in which it was logged; with --on, what was live then, on whose word, what was open.

    Answered from the log alone. Its order is certain; its times are the writers' own clocks.
    """
    if on:
        _stood(charter, on, environment, log, json=json)
        return
    from seatrial.cli.places import show_history
    from seatrial.verbs.history import history

    found = history(charter, kinds=kind or (), person=person, model=model, release=release, log=log)
    told = replace(found, rows=found.rows[::-1])
    if json:
        show_json(told.to_json())
    else:
        show_history(out(), told)


def _stood(charter: Path, on: str, environment: str, log: str | None, *, json: bool) -> None:
    from seatrial.cli.standing import show_state
    from seatrial.verbs.state import plain, state

    found = state(charter, on=on, environment=environment, log=log)
    if json:
        show_json(plain(found))
    else:
        show_state(out(), found)
