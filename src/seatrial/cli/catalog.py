"""`seatrial catalog`: the living library."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.screen import out, show_json, show_problems
from seatrial.cli.shown import show_diff, show_scenario, show_scenarios, write_bytes
from seatrial.cli.words import Json

app = typer.Typer(no_args_is_help=True, help="List, show, check and compare scenarios.")

Own = Annotated[Path | None, typer.Option("--own", help="A folder of scenarios of your own, besides those installed.")]


@app.command("list")
def list_(own: Own = None, json: Json = False) -> None:
    """List the newest version of every scenario at hand."""
    from seatrial.verbs.catalog import catalog

    scenarios = catalog(own).latest
    if json:
        show_json({"scenarios": [dict(s.text) for s in scenarios]})
    else:
        show_scenarios(scenarios)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="family/name or family/name@2.", autocompletion=complete.scenarios)],
    own: Own = None,
    json: Json = False,
) -> None:
    """Show one scenario with every field."""
    from seatrial.verbs.catalog import catalog

    scenario = catalog(own).get(name)
    if json:
        show_json({**scenario.text, "digest": scenario.digest})
    else:
        show_scenario(scenario)


@app.command()
def lint(
    own: Own = None,
    older: Annotated[
        Path | None, typer.Option("--since", help="A folder with an older state: what changed must be a new version.")
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of scenario files, for editors.")
    ] = False,
) -> None:
    """Check that every scenario is complete and names things that exist. Exit code 2 if not."""
    from seatrial.verbs.catalog import lint_catalog, schema_

    if schema:
        write_bytes(schema_())
        return
    problems = lint_catalog(own, older)
    show_problems(problems)
    if problems:
        raise typer.Exit(2)
    out().print("nothing is wrong")


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="A folder of scenarios.")],
    new: Annotated[Path, typer.Argument(help="Another one.")],
    json: Json = False,
) -> None:
    """Say which scenarios were added, removed or changed between two folders, and in which fields."""
    from seatrial.verbs.catalog import diff_catalogs

    differences = diff_catalogs(old, new)
    if json:
        show_json(asdict(differences))
    else:
        show_diff(differences)
