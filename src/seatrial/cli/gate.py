"""`seatrial gate`: plan, run, judge and report in one."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli.passwords import asked_passwords
from seatrial.cli.screen import progress
from seatrial.cli.shown import show_gated
from seatrial.cli.words import (
    CHARTER,
    CharterPath,
    Executor,
    Flags,
    Json,
    LogFolder,
    Quiet,
    Reports,
    RunnerKey,
    Submitter,
    Weights,
    Window,
    Workers,
)


def command(
    charter: CharterPath = CHARTER,
    weights: Weights = None,
    again: Annotated[
        bool, typer.Option("--again", help="Spend an attempt on more cases of the same trial; the verdict is over all.")
    ] = False,
    executor: Executor = "auto",
    workers: Workers = 2,
    log: LogFolder = None,
    submitter: Submitter = None,
    key: RunnerKey = None,
    flag: Flags = None,
    window: Window = "",
    report: Reports = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Try the model against the charter, record the evidence, decide, and write the report.

    The same trial again is a replay: it costs nothing and gives the same decision. Anything else is an attempt on
    fresh cases. Exit code: 0 deploy, 3 hold, 6 reject.
    """
    from seatrial.verbs.capture import flags_of
    from seatrial.verbs.gate import gate
    from seatrial.verbs.outputs import outputs

    wanted = outputs(report or (), printed=json)
    with progress(quiet=quiet) as hear:
        gated = gate(
            charter,
            weights=weights,
            again=again,
            executor=executor,
            workers=workers,
            log=log,
            submitter=submitter,
            key=key,
            passwords=asked_passwords([key] if key else ()),
            flags=flags_of(flag or ()),
            window=window,
            hear=hear,
        )
    show_gated(gated, json=json, outputs=wanted)
    raise typer.Exit(gated.exit_code)
