"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

CharterPath: TypeAlias = Annotated[Path, typer.Argument(help="The charter.", show_default=True)]
CHARTER = Path("charter.yaml")

Weights: TypeAlias = Annotated[
    str | None,
    typer.Option("--weights", help="Try these weights instead of the charter's (same target, same clauses)."),
]
LogFolder: TypeAlias = Annotated[
    str | None,
    typer.Option("--log", help="Folder of the evidence log (or SEATRIAL_LOG); by default in your user data folder."),
]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON value instead of text.")]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
Executor: TypeAlias = Annotated[
    str,
    typer.Option("--executor", help="Where shards are worked: auto, inline or processes. Results do not depend on it."),
]
Workers: TypeAlias = Annotated[int, typer.Option("--workers", min=1, help="Processes, for the executor of that name.")]
Submitter: TypeAlias = Annotated[
    str | None, typer.Option("--submitter", help="Who submits the model; by default your login name.")
]
