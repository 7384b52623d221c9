"""`seatrial run`: the trial without the verdict."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli.passwords import asked_passwords
from seatrial.cli.screen import out, progress, show_json
from seatrial.cli.words import (
    CHARTER,
    CharterPath,
    Executor,
    Flags,
    Json,
    LogFolder,
    Quiet,
    RunnerKey,
    Submitter,
    Weights,
    Window,
    Workers,
)


def command(
    charter: CharterPath = CHARTER,
    weights: Weights = None,
    again: Annotated[bool, typer.Option("--again", help="Spend an attempt on more cases of the same trial.")] = False,
    executor: Executor = "auto",
    workers: Workers = 2,
    log: LogFolder = None,
    submitter: Submitter = None,
    key: RunnerKey = None,
    flag: Flags = None,
    window: Window = "",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Submit the model, run the trial and record the result; `seatrial judge` decides."""
    from seatrial.verbs.capture import flags_of
    from seatrial.verbs.run import run

    with progress(quiet=quiet) as hear:
        ran = run(
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
    if json:
        show_json(ran.to_json())
    else:
        out().print(
            f"attempt {ran.attempt}: {ran.done} shards done, {ran.failed} failed, {ran.not_done} not done; "
            f"result is entry {ran.run_result} of the log"
        )
