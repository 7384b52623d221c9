"""`seatrial keys`: who signs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.screen import out
from seatrial.cli.words import CHARTER, CharterOption

app = typer.Typer(no_args_is_help=True, help="Show the log key; make a personal key; say whose word counts.")


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


@app.command()
def trust(
    name: Annotated[str, typer.Argument(help="The person.")],
    key: Annotated[str, typer.Argument(help="Base64 of the public key, as `seatrial keys new` printed it.")],
    role: Annotated[list[str] | None, typer.Option("--role", help="approver or waiver; may be repeated.")] = None,
    charter: CharterOption = CHARTER,
) -> None:
    """Put a person's public key into trust.json beside the charter; commit that file, and review it like code."""
    from seatrial.verbs.keys import trusted

    person = trusted(charter, name, key, roles=role or ()).people[name]
    keys = "1 key" if len(person.keys) == 1 else f"{len(person.keys)} keys"
    out().print(f"{name}: {keys}, {', '.join(person.roles) or 'no role yet'}", markup=False)


@app.command()
def quorum(
    approve: Annotated[int | None, typer.Option("--approve", help="People who must approve a deploy.")] = None,
    waive: Annotated[int | None, typer.Option("--waive", help="People who must waive what is critical.")] = None,
    charter: CharterOption = CHARTER,
) -> None:
    """Say in trust.json how many people a deploy, or a waiver of a breached critical clause, needs."""
    from seatrial.verbs.keys import quorum as set_quorum

    wanted = {name: count for name, count in (("approve", approve), ("waive", waive)) if count is not None}
    found = set_quorum(charter, wanted)
    out().print(", ".join(f"{name} {count}" for name, count in found.quorum.items()), markup=False)
