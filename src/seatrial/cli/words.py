"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from seatrial.cli import complete
from seatrial.cli.manners import Quiet as Quiet  # noqa: PLC0414 - commands take it from here, with the rest

CharterPath: TypeAlias = Annotated[Path, typer.Argument(help="The charter.", show_default=True)]
CHARTER = Path("charter.yaml")

CharterOption: TypeAlias = Annotated[Path, typer.Option("--charter", help="The charter, or the folder it lies in.")]
Weights: TypeAlias = Annotated[
    str | None,
    typer.Option("--weights", help="Try these weights instead of the charter's (same target, same clauses)."),
]
LogFolder: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--log",
        help="The evidence log (or SEATRIAL_LOG): a folder, by default in your user data, or postgresql://host/db#log.",
    ),
]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON value instead of text.")]
Executor: TypeAlias = Annotated[
    str,
    typer.Option(
        "--executor",
        envvar="SEATRIAL_EXECUTOR",
        help="Where shards are worked: auto, inline or processes. Results do not depend on it.",
        autocompletion=complete.plugins("executors"),
    ),
]
Workers: TypeAlias = Annotated[
    int,
    typer.Option("--workers", min=1, envvar="SEATRIAL_WORKERS", help="Processes, for the executor of that name."),
]
Submitter: TypeAlias = Annotated[
    str | None,
    typer.Option("--submitter", envvar="SEATRIAL_SUBMITTER", help="Who submits the model; by default your login name."),
]
Flags: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--flag",
        metavar="NAME=VALUE",
        help="A feature flag under which it will be served; recorded, for everybody to read. May be repeated.",
    ),
]
Window: TypeAlias = Annotated[
    str,
    typer.Option("--window", metavar="FIRST/LAST", help="When it will be live: 2027-03-01/2027-03-07; recorded."),
]
DecisionEntry: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--decision",
        help="Which decision: its entry in the log, `last`, `previous` or `deployed`; the last by default.",
        autocompletion=complete.decisions,
    ),
]
PersonalKeys: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option("--key", help="File of a personal key (`seatrial keys new`); one for each person who signs."),
]
RunnerKey: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--key",
        help="Key of the runner that trust.json names: it signs what is submitted and run (or SEATRIAL_RUNNER_KEY).",
    ),
]
By: TypeAlias = Annotated[
    str, typer.Option("--by", help="Who says so; your login name, or the owner of the key, by default.")
]
PersonalKey: TypeAlias = Annotated[
    Path | None, typer.Option("--key", help="File of a personal key that signs it; without one --by is only a name.")
]
Environment: TypeAlias = Annotated[
    str, typer.Option("--environment", help="Where it serves.", autocompletion=complete.environments)
]
Reports: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--report",
        metavar="FORMAT=FILE",
        help="Also write the report so: junit, sarif, markdown, html, json, text. FILE `-` is standard output, which "
        "then has nothing else. May be repeated.",
    ),
]
