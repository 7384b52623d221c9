"""`seatrial env`: what a run ran in, and what drifted since."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.screen import busy, out, show_json
from seatrial.cli.words import CHARTER, CharterOption, Flags, Json, LogFolder, Weights, Window

app = typer.Typer(no_args_is_help=True, help="Show this environment, save it, and say what drifted between two.")

Thorough = Annotated[
    bool, typer.Option("--thorough", help="Also compare every installed file with what was installed; half a minute.")
]
Loads = Annotated[
    bool, typer.Option("--load/--no-load", help="Load the target, for settings that only it can tell; or do not.")
]
_SIDE = "An entry of the log, `last`, `previous`, `deployed`, `here`, a saved environment, or a bundle."


@app.command()
def show(
    charter: CharterOption = CHARTER,
    weights: Weights = None,
    flag: Flags = None,
    window: Window = "",
    thorough: Thorough = False,
    load: Loads = True,
    json: Json = False,
) -> None:
    """Show what this machine is now, as a run would write it down."""
    from seatrial.verbs.capture import capture, flags_of

    flags = flags_of(flag or ())
    with busy("looking around"):
        found = capture(charter, weights=weights, flags=flags, window=window, thorough=thorough, load=load)
    if json:
        show_json(found.to_json())
        return
    from seatrial.cli.drifted import show_captured

    show_captured(out(), found)


@app.command()
def save(
    file: Annotated[Path, typer.Argument(help="File to write.")],
    charter: CharterOption = CHARTER,
    weights: Weights = None,
    flag: Flags = None,
    window: Window = "",
    thorough: Thorough = False,
    load: Loads = True,
) -> None:
    """Write what this machine is now to a file, for `seatrial env diff` on another one."""
    from seatrial.stores.whole import write_whole
    from seatrial.verbs.capture import capture, flags_of
    from seatrial.verbs.outputs import placed

    placed(file, "file")
    flags = flags_of(flag or ())
    with busy("looking around"):
        found = capture(charter, weights=weights, flags=flags, window=window, thorough=thorough, load=load)
    write_whole(file, found.file)
    out().print(f"{file}: {len(found.fields)} facts", markup=False)
    for note in found.notes:
        out().print(f"note: {note}", markup=False)


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help=_SIDE, autocompletion=complete.decisions)] = "last",
    after: Annotated[str, typer.Argument(help=_SIDE, autocompletion=complete.decisions)] = "here",
    charter: CharterOption = CHARTER,
    weights: Weights = None,
    trust: Annotated[
        Path | None, typer.Option("--trust", help="For bundles: the pinned trust.json; by default the one beside it.")
    ] = None,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """Say what drifted between two runs, or between test and production, worst first.

    Exit code 0 if nothing drifted that can change what is answered, 5 if something did: a replay may differ.
    """
    from seatrial.verbs.drift import drift

    with busy("looking around"):
        found = drift(charter, before=before, after=after, trust=trust, log=log, weights=weights)
    if json:
        show_json(found.to_json())
    else:
        from seatrial.cli.drifted import show_drift

        show_drift(out(), found)
    if found.matters:
        raise typer.Exit(5)
