"""`seatrial model`: which model it is, whether it is the one that was signed, and where it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from seatrial.cli import complete
from seatrial.cli.messages import err
from seatrial.cli.screen import lay, out, show_json, show_problems
from seatrial.cli.words import CHARTER, CharterOption, Json, LogFolder, Weights

app = typer.Typer(
    no_args_is_help=True, help="Which model it is, whether it is the signed one, and where it comes from."
)

Place = Annotated[Path, typer.Argument(help="The charter, or the model itself: a file or a folder.")]
Ignored = Annotated[
    list[str] | None,
    typer.Option("--ignore", help="Of a model itself: a path that is left out, as the signature. May be repeated."),
]
Links = Annotated[bool, typer.Option("--links", help="Of a model itself: follow symbolic links.")]


@app.command()
def digest(
    path: Place = CHARTER, weights: Weights = None, ignore: Ignored = None, links: Links = False, json: Json = False
) -> None:
    """Print the digests by which a model is known: of the whole, and of its files alone as model signing has it."""
    from seatrial.verbs.identify import identify

    found = identify(path, weights=weights, ignore=ignore or (), links=links)
    if json:
        show_json({name: value for name, value in found.to_json().items() if name not in ("files", "signed")})
        return
    for name, value in (("model", found.model), ("artifact", found.artifact)):
        if value:
            out().print(f"{name:9} {value}", markup=False, soft_wrap=True)
    if found.declared:
        out().print("identity  declared: no file is the model; the block and 16 answers stand for it")


@app.command()
def manifest(
    path: Place = CHARTER, weights: Weights = None, ignore: Ignored = None, links: Links = False, json: Json = False
) -> None:
    """List the files of a model, each with its SHA-256; `*` marks those that are distributed as the model."""
    from seatrial.verbs.identify import identify

    found = identify(path, weights=weights, ignore=ignore or (), links=links)
    if json:
        show_json(found.to_json())
        return
    for name, code in found.files.items():
        mark = "*" if name in found.signed else " "
        out().print(f"{code} {mark} {name}", markup=False, soft_wrap=True)


@app.command()
def verify(
    path: Place,
    against: Annotated[
        str,
        typer.Option(
            "--against",
            help="A signature (model.sig), a manifest, a digest, or a decision: an entry, `last`, `deployed`.",
            autocompletion=complete.decisions,
        ),
    ] = "last",
    key: Annotated[Path | None, typer.Option("--key", help="The signer's public key (PEM), for a signature.")] = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """Say whether a model is the one that was signed, listed or decided on: every extra, missing and changed file.

    Exit code 0 if it is, 5 if anything differs.
    """
    from seatrial.verbs.identify import same

    found = same(path, against, charter=charter, key=key, log=log)
    if json:
        show_json(found.to_json())
    else:
        out().print(found.sentence, markup=False)
        show_problems(found.problems)
    if not found.ok:
        raise typer.Exit(5)


@app.command()
def lineage(
    charter: CharterOption = CHARTER,
    weights: Weights = None,
    parent: Annotated[
        str | None, typer.Option("--parent", help="What it was made from: a file, a digest, or a decision about it.")
    ] = None,
    data: Annotated[str | None, typer.Option("--data", help="What it was trained on: a file, or a digest.")] = None,
    revision: Annotated[str, typer.Option("--revision", help="Of the code that trained it.")] = "",
    remedy: Annotated[str, typer.Option("--remedy", help="What was done to mend it.")] = "",
    answers: Annotated[
        str | None, typer.Option("--answers", help="The decision that it answers.", autocompletion=complete.decisions)
    ] = None,
    clause: Annotated[
        str, typer.Option("--clause", help="The clause that it mends.", autocompletion=complete.clauses)
    ] = "",
    log: LogFolder = None,
) -> None:
    """State where a model that was trained elsewhere comes from; the log keeps it, under the log key."""
    from seatrial.verbs.lineage import lineage

    entry = lineage(
        charter,
        weights=weights,
        parent=parent,
        data=data,
        revision=revision,
        remedy=remedy,
        answers=answers,
        clause=clause,
        log=log,
    )
    out().print(f"stated in entry {entry} of the log")


@app.command("list")
def listed(
    charter: CharterOption = CHARTER,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page with drawings to this file.")] = None,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """Lay the models that were decided about side by side: what held, what their confidence is worth, time and cost.

    `*` marks those that no other one beats. What is live is named, with the command that goes back.
    """
    from seatrial.cli.sheet import Sheet
    from seatrial.verbs.models import models
    from seatrial.verbs.outputs import placed

    if html is not None:
        placed(html, "--html")
    found = models(charter, log=log)
    if html is not None:
        html.write_bytes(found.page())
        err().print(f"page       {html}", markup=False, soft_wrap=True)
    if json:
        show_json(found.to_json())
        return
    if not found.rows:
        out().print("The log knows no decision yet.")
        return
    sheet = Sheet(*found.heads)
    for cells in found.cells():
        sheet.add(*(Text(cell) for cell in cells))
    sheet.show(out())
    for note in found.notes:
        out().print(note, markup=False)


@app.command()
def tree(
    model: Annotated[
        str | None,
        typer.Argument(
            help="A digest, a decision or a file: only what it was made from.", autocompletion=complete.decisions
        ),
    ] = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """Show where models come from, what was decided about each, and which finding each answers."""
    from seatrial.proof.canonical import short
    from seatrial.verbs.lineage import tree

    found = tree(charter, model, log=log)
    if json:
        show_json(found.to_json())
        return
    if not found.models:
        out().print("The log knows no model yet.")
    for one in found.models:
        lay(out(), Text.assemble((short(one.digest), "bold"), f"  {one.sentence}"), indent=3 * one.depth)
