"""What is said on standard error: log records of `seatrial` and mistakes, as text or as one JSON object a line."""

from __future__ import annotations

import codecs
import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

from rich.console import Console
from rich.markup import escape

from seatrial.errors import Problem

LOGGER = logging.getLogger("seatrial")
_PLAIN = '+x=o|.-~>--><x^_#\'""|`'
_FANCY = "✓✗━●│·─…→\N{EN DASH}—≥≤\N{MULTIPLICATION SIGN}▀▄█\N{RIGHT SINGLE QUOTATION MARK}“”├└"
GLYPHS = dict(zip(_FANCY, _PLAIN, strict=True))
"""What stands for a character that the terminal's encoding lacks: always one for one, so that columns stay."""
_STYLES = {"ERROR": "red", "WARNING": "yellow", "INFO": "dim", "DEBUG": "dim"}


class Messages(logging.Handler):
    """The one handler that the command line installs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.json = False
        self.quiet = False

    def settle(self, *, verbose: int, quiet: bool, json: bool) -> None:
        """Take what the command line asked for; JSON says a step more than text, which has bars."""
        self.json, self.quiet = json, quiet
        shown = verbose + (1 if json else 0)
        self.setLevel(logging.ERROR if quiet else (logging.WARNING, logging.INFO, logging.DEBUG)[min(shown, 2)])
        LOGGER.setLevel(self.level)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        if self.json:
            print(line(record), file=sys.stderr, flush=True)
            return
        style = _STYLES.get(record.levelname, "")
        word = f"[{style}]{record.levelname.lower():7}[/{style}]" if style else record.levelname.lower()
        about = f"[dim]{escape(record.name)}:[/dim] " if record.levelno < logging.INFO else ""
        err().print(f"{word}  {about}{escape(record.getMessage())}")


def line(record: logging.LogRecord) -> str:
    """Return a record as one JSON object: time (UTC), level, logger, message and, of an event, its fields."""
    said = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
        **({"event": vars(record)["event"]} if "event" in vars(record) else {}),
    }
    return json.dumps(said, ensure_ascii=not takes_all(sys.stderr), default=str)


@contextmanager
def installed() -> Iterator[Messages]:
    """Lend the handler for the length of one command line; afterwards logging is as it was."""
    handler, before = Messages(), LOGGER.level
    LOGGER.addHandler(handler)
    handler.settle(verbose=0, quiet=False, json=False)
    try:
        yield handler
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(before)


def current() -> Messages:
    """Return the handler of this command line; one that says what a plain command says if there is none."""
    return next((one for one in LOGGER.handlers if isinstance(one, Messages)), Messages())


def err() -> Console:
    """Return the console for progress and mistakes."""
    return Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def show_problem(problem: Problem) -> None:
    """Say one thing that is wrong, with what to do next."""
    if current().json:
        fields = {"name": "Problem", "where": problem.where, "what": problem.what, "hint": problem.hint}
        LOGGER.error("%s", problem, extra={"event": fields})
        return
    console = err()
    place = f"[bold]{escape(problem.where)}[/bold]: " if problem.where else ""
    console.print(f"[red]error[/red]  {place}{escape(problem.what)}")
    if problem.hint:
        console.print(f"       [dim]{escape(problem.hint)}[/dim]")


class Lines(io.TextIOBase):
    """A stream whose lines become log records: what a model prints, where every line must be a JSON object."""

    def __init__(self) -> None:
        self._rest = ""

    def write(self, text: str) -> int:
        """Log the lines that are whole, and keep the rest."""
        *lines, self._rest = (self._rest + text).split("\n")
        for one in lines:
            logging.getLogger("seatrial.model").info("%s", one)
        return len(text)

    def close(self) -> None:
        """Log what is left."""
        if self._rest and not self.closed:
            self.write("\n")
        super().close()


def _stand_in(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(GLYPHS.get(one, "?") for one in missing), error.end


def safe(stream: TextIO) -> None:
    """Let a stream write a stand-in for each character that its encoding lacks, instead of failing."""
    if isinstance(stream, io.TextIOWrapper) and not takes_all(stream):
        stream.reconfigure(errors="seatrial")


def takes_all(stream: TextIO) -> bool:
    """Return whether a stream's encoding has every character."""
    return (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "").startswith("utf")


codecs.register_error("seatrial", _stand_in)
