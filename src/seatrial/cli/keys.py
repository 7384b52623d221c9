"""`seatrial keys`: who signs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.screen import out

app = typer.Typer(no_args_is_help=True, help="Show the log key; make a personal key.")


@app.command()
def show() -> None:
    """Show the public half of the log key and where its private half lives."""
    from seatrial.verbs.keys import shown

    for line in shown():
        out().print(line, soft_wrap=True)


@app.command()
def new(
    path: Annotated[Path, typer.Argument(help="File for the new key.")],
    password: Annotated[
        str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True, help="It encrypts the key.")
    ],
) -> None:
    """Make a personal Ed25519 key, encrypted, in a file that only you can read."""
    from seatrial.verbs.keys import make

    out().print(make(path, password), soft_wrap=True)
