"""What the command line shows: results on standard output, progress and mistakes on standard error."""

from __future__ import annotations

import json
import logging
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, redirect_stdout
from typing import Any

from rich.console import Console, RenderableType
from rich.padding import Padding

from seatrial.cli.messages import Lines, current, err, show_problem, takes_all
from seatrial.errors import Problem
from seatrial.records.event import Event, Listener, Phase, Progress, RunStarted, ShardFinished, in_words, silent

EVERY = 10
"""Without a terminal, a line of progress is printed about so often (one in EVERY steps)."""
WIDE = 160
"""Columns of a table that goes to no terminal and was given no width."""


def out() -> Console:
    """Return the console for results.

    Lines break between words on a terminal and where `COLUMNS` is set; else they are left whole for other programs.
    """
    wraps = sys.stdout.isatty() or _columns()
    return Console(highlight=False, soft_wrap=not wraps, width=None if wraps else WIDE)


def _columns() -> bool:
    """Return whether a width was asked for."""
    return shutil.get_terminal_size((0, 0)).columns > 0


def colored(console: Console) -> bool:
    """Return whether a console shows colours."""
    return console.color_system is not None and not console.no_color


def lay(console: Console, what: RenderableType, *, indent: int = 0) -> None:
    """Print something broken between words at the console's width, with no spaces at the ends of lines."""
    with console.capture() as captured:
        console.print(Padding(what, (0, 0, 0, indent)), soft_wrap=False)
    text = "\n".join(line.rstrip() for line in captured.get().split("\n"))
    console.file.write(text)


def show_json(value: Any) -> None:
    """Print one JSON value; where the encoding lacks characters, with escapes instead of stand-ins."""
    print(json.dumps(value, indent=2, sort_keys=False, ensure_ascii=not takes_all(sys.stdout)))


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Show on a terminal that something is going on, for as long as it does."""
    if sys.stderr.isatty():
        with progress() as hear:
            hear(Phase(what))
            yield
    else:
        yield


def show_problems(problems: Iterable[Problem]) -> None:
    """Print all that is wrong, each with what to do next."""
    for problem in problems:
        show_problem(problem)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Listener]:
    """Lend a listener that shows a bar with the time left on a terminal, plain lines elsewhere.

    What a model prints meanwhile goes to standard error too: standard output is for the result.
    """
    how = current()
    if how.json:
        with closing(Lines()) as lines, redirect_stdout(lines):
            yield silent
        return
    with redirect_stdout(sys.stderr), _shown(quiet=quiet or how.quiet, told=how.level <= logging.INFO) as hear:
        yield hear


@contextmanager
def _shown(*, quiet: bool, told: bool) -> Iterator[Listener]:
    console = err()
    if quiet:
        yield silent
    elif sys.stderr.isatty() and not console.is_dumb_terminal:
        from seatrial.cli.bars import barred

        with barred(console) as hear:
            yield hear
    else:
        yield silent if told else _plain


def _plain(event: Event) -> None:
    """Print a line of progress; what must not pass unseen comes as a log record."""
    match event:
        case RunStarted() | Phase():
            line = in_words(event)
        case ShardFinished():
            line = f"  {in_words(event)}"
        case Progress() if event.done == event.total or event.done % max(1, event.total // EVERY) == 0:
            line = f"  {in_words(event)}"
        case _:
            return
    print(line, file=sys.stderr, flush=True)
