"""`seatrial init`: a first charter, a key, and a log."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatrial.cli.screen import out, progress
from seatrial.cli.words import CHARTER, CharterPath, LogFolder, Quiet
from seatrial.errors import InputError, Problem

if TYPE_CHECKING:
    from seatrial.verbs.drafting.wanted import Asker, Wanted

_SAID = "What is said of them"
_Option = typer.Option


def command(
    charter: CharterPath = CHARTER,
    model: Annotated[
        str,
        _Option(help="model.py:build (with --weights), model.skops, or a function of a batch: model.py:predict."),
    ] = "",
    weights: Annotated[str, _Option(help="Weights of the module that --model builds: a .safetensors file.")] = "",
    data: Annotated[
        str,
        _Option(help=".csv, .tsv, .jsonl, .parquet or .npz, a folder of pictures, or the name of a bundled set."),
    ] = "",
    label: Annotated[str, _Option(help="Column, or array, of the right answers.", rich_help_panel=_SAID)] = "",
    classes: Annotated[
        str, _Option(help="Values of the label in the model's order: cat,dog.", rich_help_panel=_SAID)
    ] = "",
    columns: Annotated[
        str, _Option(help="Columns that the model gets, in its order: age,job.", rich_help_panel=_SAID)
    ] = "",
    eps: Annotated[
        str, _Option(help="Largest change of each number that must not matter: 0.1 or 8/255.", rich_help_panel=_SAID)
    ] = "",
    name: Annotated[str, _Option(help="Name of the system.", rich_help_panel=_SAID)] = "",
    owner: Annotated[str, _Option(help="Who answers for it.", rich_help_panel=_SAID)] = "",
    release: Annotated[str, _Option(help="What this release is called.", rich_help_panel=_SAID)] = "",
    unsafe: Annotated[
        bool, _Option("--unsafe", help="Load a file that can run code, such as a pickle.", rich_help_panel=_SAID)
    ] = False,
    trust: Annotated[
        list[str] | None, _Option(help="A type in a .skops file that you know; may be repeated.", rich_help_panel=_SAID)
    ] = None,
    log: LogFolder = None,
    yes: Annotated[bool, _Option("--yes", "-y", help="Take the stated defaults, ask nothing.")] = False,
    quiet: Quiet = False,
) -> None:
    """Look at a model and at data, and write a first charter; then make a log key, an evidence log, and its pin.

    What can be found out is not asked: shapes, classes, what the model answers with. Thresholds come from a pilot on a
    few cases. Without --model and --data, a charter with comments is written for you to fill in. Nothing that is
    there is overwritten.
    """
    from seatrial.verbs.drafting.charter import strength_of
    from seatrial.verbs.drafting.defaults import Defaults
    from seatrial.verbs.drafting.wanted import Wanted
    from seatrial.verbs.initialise import draft, initialise

    wanted = Wanted(
        model=model,
        data=data,
        weights=weights,
        label=label,
        classes=_listed(classes),
        columns=_listed(columns),
        eps=strength_of(eps) if eps else None,
        name=name,
        owner=owner,
        release=release,
        unsafe=unsafe,
        trust=tuple(trust or ()),
    )
    if _drafts(charter, wanted, yes=yes):
        ask = _asker(yes=yes)
        _show(draft(charter, wanted, ask, watch=lambda: progress(quiet=quiet)))
        _show(("taken", " ".join(default)) for default in (ask.taken if isinstance(ask, Defaults) else ()))
    _show(initialise(charter, log=log))


def _show(told: Iterable[tuple[str, str]]) -> None:
    for name, what in told:
        out().print(f"{name:11} {what}", markup=False, soft_wrap=True)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",")) if text else ()


def _asker(*, yes: bool) -> Asker:
    """Return who answers: stated defaults, a person, or nobody."""
    from seatrial.cli.asking import Nobody, Person
    from seatrial.verbs.drafting.defaults import Defaults

    if yes:
        return Defaults()
    return Person() if sys.stdin.isatty() else Nobody()


def _drafts(charter: Path, wanted: Wanted, *, yes: bool) -> bool:
    """Say whether a charter is to be drafted; without a model, data and a charter, one to fill in may do."""
    from seatrial.verbs.project import charter_file

    if wanted.model or wanted.data:
        return True
    if yes or charter_file(charter).exists():
        return False
    if not sys.stdin.isatty():
        hint = "name your model and data: seatrial init --model model.skops --data cases.csv --yes; "
        raise InputError(
            Problem(str(charter), "there is no such charter", f"{hint}`seatrial init --yes` writes one to fill in")
        )
    if not typer.confirm("Do you have a model and data at hand?", default=True):
        if not typer.confirm(f"Write a {charter} to fill in?", default=True):
            raise typer.Exit(2)
        return False
    return True
