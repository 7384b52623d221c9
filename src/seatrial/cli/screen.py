"""What the command line shows: results on standard output, progress and mistakes on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from rich.console import Console
from rich.markup import escape

from seatrial.errors import Problem
from seatrial.records.event import (
    ControlFinished,
    Event,
    Listener,
    Progress,
    RunStarted,
    ShardFailed,
    ShardFinished,
    StoppedByClock,
    silent,
)

EVERY = 10
"""Without a terminal, a line of progress is printed about so often (one in EVERY steps)."""


def out() -> Console:
    """Return the console for results."""
    return Console(highlight=False, soft_wrap=True)


def err() -> Console:
    """Return the console for progress and mistakes."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def show_json(value: Any) -> None:
    """Print one JSON value."""
    print(json.dumps(value, indent=2, sort_keys=False, ensure_ascii=False))


def show_problems(problems: Iterable[Problem]) -> None:
    """Print all that is wrong, each with what to do next."""
    console = err()
    for problem in problems:
        place = f"[bold]{escape(problem.where)}[/bold]: " if problem.where else ""
        console.print(f"[red]error[/red]  {place}{escape(problem.what)}")
        if problem.hint:
            console.print(f"       [dim]{escape(problem.hint)}[/dim]")


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Listener]:
    """Lend a listener that shows a bar with the time left on a terminal, plain lines elsewhere.

    What a model prints meanwhile goes to standard error too: standard output is for the result.
    """
    with redirect_stdout(sys.stderr), _shown(quiet=quiet) as hear:
        yield hear


@contextmanager
def _shown(*, quiet: bool) -> Iterator[Listener]:
    console = err()
    if quiet:
        yield silent
    elif console.is_terminal:
        from seatrial.cli.bars import barred

        with barred(console, notable) as hear:
            yield hear
    else:
        yield _plain


def _plain(event: Event) -> None:
    line = notable(event)
    match event:
        case RunStarted():
            line = f"{event.shards} shards, {event.done} already done"
        case ShardFinished():
            line = (
                f"  {event.clause}, shard {event.shard + 1}: {event.held} of {event.cases} held, {event.seconds:.1f} s"
            )
        case Progress() if event.done == event.total or event.done % max(1, event.total // EVERY) == 0:
            line = f"  {event.what} {event.done} of {event.total}  {event.note}"
        case _:
            pass
    if line:
        print(line, file=sys.stderr, flush=True)


def notable(event: Event) -> str:
    """Return a line about what must not pass unseen, or an empty text."""
    match event:
        case ControlFinished(found=False):
            return f"  control {event.id} missed: what it guards is untried"
        case ShardFailed():
            return f"  {event.clause}, shard {event.shard + 1} failed: {event.reason.strip().splitlines()[-1]}"
        case StoppedByClock():
            return f"  stopped by the budget of {event.minutes:g} minutes, {event.left} shards not done"
        case _:
            return ""
