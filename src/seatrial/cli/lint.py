"""`seatrial lint`: all mistakes of a charter at once."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli.screen import out, show_json, show_problems
from seatrial.cli.shown import write_bytes
from seatrial.cli.words import CHARTER, CharterPath, Json


def command(
    charter: CharterPath = CHARTER,
    json: Json = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of charters, for editors.")] = False,
) -> None:
    """Read a charter and say all that is wrong with it, criteria that can never be met included.

    Exit code 2 if there is anything, else 0. Nothing is run; the model is not loaded.
    """
    from seatrial.verbs.lint import lint, schema_

    if schema:
        write_bytes(schema_())
        return
    problems = lint(charter)
    if json:
        show_json({"problems": [{"where": p.where, "what": p.what, "hint": p.hint} for p in problems]})
    else:
        show_problems(problems)
    if problems:
        raise typer.Exit(2)
    if not json:
        out().print(f"{charter}: nothing is wrong")
