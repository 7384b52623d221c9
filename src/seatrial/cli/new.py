"""`seatrial new`: the files of a new adversary or scenario."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatrial.cli.screen import out

if TYPE_CHECKING:
    from seatrial.verbs.new import Made

app = typer.Typer(help="Write the files of a new adversary or scenario, which work as they are.", no_args_is_help=True)

Into = Annotated[Path, typer.Option("--into", help="The folder that they go into.")]
Title = Annotated[str, typer.Option("--title", help="What it is, in a few words; made from the name if absent.")]


@app.command()
def adversary(
    name: Annotated[str, typer.Argument(help="Its id, family.name.", metavar="FAMILY.NAME")],
    into: Into = Path(),
    threat: Annotated[str | None, typer.Option("--threat", help="What it may do: ball (default) or edits.")] = None,
    modality: Annotated[
        str | None, typer.Option("--modality", help="What it plays with: array (default), image or text.")
    ] = None,
    title: Title = "",
) -> None:
    """Write an adversary with its card, control, scenario and tests.

    They go into the tree of seatrial, into a package that is there, or into a new package: --into a folder that is not
    there yet. What is written works, as a plain random search; one method is to be edited. Nothing is overwritten.
    """
    from seatrial.verbs.new import new_adversary

    _show(new_adversary(name, into, threat=threat, modality=modality, title=title))


@app.command()
def scenario(
    name: Annotated[str, typer.Argument(help="Its id, family/name.", metavar="FAMILY/NAME")],
    into: Into = Path(),
    adversary: Annotated[
        str | None, typer.Option("--adversary", help="Who tries it; by default the adversary of that name.")
    ] = None,
    title: Title = "",
) -> None:
    """Write a scenario beside a charter, into the tree of seatrial, or into a package; nothing is overwritten."""
    from seatrial.verbs.new import new_scenario

    _show(new_scenario(name, into, adversary=adversary, title=title))


def _show(made: Made) -> None:
    console = out()
    for path in made.files:
        console.print(f"written  {path}", soft_wrap=True, markup=False)
    for path in made.added:
        console.print(f"added to {path}", soft_wrap=True, markup=False)
    console.print(f"edit     {made.edit}", soft_wrap=True, markup=False)
    for command in made.then:
        console.print(f"then     {command}", soft_wrap=True, markup=False)
