"""`seatrial lessons`: what a model may learn from besides its training cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from seatrial.cli import complete
from seatrial.cli.screen import out, progress, show_json
from seatrial.cli.sheet import Sheet
from seatrial.cli.words import CHARTER, CharterOption, Json, LogFolder, Quiet, Weights

if TYPE_CHECKING:
    from seatrial.verbs.lessons import Added

SHOWN = 20
"""Lessons that are listed; `--json` has all."""

app = typer.Typer(no_args_is_help=True, help="Add labelled cases for `seatrial harden` to learn from, and list them.")


@app.command()
def add(
    files: Annotated[list[Path] | None, typer.Argument(help="Labelled cases, in the form of the charter's.")] = None,
    charter: CharterOption = CHARTER,
    rehearsal: Annotated[
        bool, typer.Option("--rehearsal", help="What breaks the model in a rehearsal, with the true labels.")
    ] = False,
    attempt: Annotated[
        str | None,
        typer.Option(
            "--attempt",
            help="What broke the model in this decision (`last`, an entry): made of gate cases that are opened.",
            autocompletion=complete.decisions,
        ),
    ] = None,
    clause: Annotated[
        list[str] | None,
        typer.Option("--clause", help="Of those only this clause; may be repeated.", autocompletion=complete.clauses),
    ] = None,
    weights: Weights = None,
    drop: Annotated[bool, typer.Option("--drop", help="Leave out rows that may not be learned from.")] = False,
    log: LogFolder = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Add labelled cases to learn from: files from service, what an adversary made in a rehearsal or an attempt.

    Cases that the gate may still ask about are refused: the same ones, the same stored otherwise, attacked copies.
    """
    from seatrial.verbs.lessons import add as add_

    with progress(quiet=quiet) as hear:
        added = add_(
            charter, files or (), rehearsal=rehearsal, attempt=attempt, clauses=clause or (), weights=weights,
            drop=drop, log=log, hear=hear,
        )  # fmt: skip
    _show(added, json=json)


@app.command("list")
def list_(charter: CharterOption = CHARTER, json: Json = False) -> None:
    """List the versions of the lessons, oldest first."""
    from seatrial.verbs.lessons import listing

    found = listing(charter)
    if json:
        show_json(found.to_json())
        return
    out().print(escape(found.sentence))
    table = Sheet("version", ">lessons")
    for one in found.versions:
        table.add(one.digest, f"{one.lessons:,}")
    if found.versions:
        table.show(out())


@app.command()
def show(
    version: Annotated[str, typer.Argument(help="Its digest, or the beginning of it; the newest by default.")] = "",
    charter: CharterOption = CHARTER,
    json: Json = False,
) -> None:
    """Show the lessons of a version: label, and where each comes from."""
    from seatrial.verbs.lessons import listing

    found = listing(charter, version)
    if json:
        show_json(found.to_json())
        return
    out().print(escape(found.sentence))
    table = Sheet("lesson", ">label", "from", "~what")
    for one in found.version.rows[:SHOWN]:
        table.add(one.case[:12], str(one.label), one.source, escape(one.told))
    if len(found.version):
        table.show(out())
    if len(found.version) > SHOWN:
        out().print(f"[dim]and {len(found.version) - SHOWN:,} more: --json has all[/dim]")


@app.command()
def remove(
    cases: Annotated[list[str] | None, typer.Argument(help="Digests of lessons, or their beginnings.")] = None,
    charter: CharterOption = CHARTER,
    unfit: Annotated[bool, typer.Option("--unfit", help="All that may not be learned from any more.")] = False,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """Take lessons out again: a new version; older ones stay."""
    from seatrial.verbs.lessons import remove as remove_

    _show(remove_(charter, cases or (), unfit=unfit, log=log), json=json)


def _show(added: Added, *, json: bool) -> None:
    if json:
        show_json(added.to_json())
        return
    out().print(escape(added.sentence))
    for reason, count in added.dropped.items():
        out().print(f"[dim]{count:,} left out: {escape(reason)}[/dim]")
