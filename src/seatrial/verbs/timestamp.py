"""A time-stamping authority vouches that a log's checkpoint was there at a time (RFC 3161)."""

from __future__ import annotations

from pathlib import Path

from seatrial.errors import EvidenceError, InputError, Problem
from seatrial.evidence.log import Log
from seatrial.evidence.witness import timestamps
from seatrial.evidence.witness.timestamps import Stamp
from seatrial.stores.whole import write_whole
from seatrial.verbs.project import open_log, opened


def timestamp(path: Path | str, url: str, *, log: str | None = None) -> Stamp:
    """Ask an authority for a token over the log's checkpoint, check it, keep it, and return what it says.

    Args:
        path: The charter, or the folder that it lies in.
        url: Where the authority answers over HTTP.
        log: Folder of the log, if not the default.

    Raises:
        InputError: If it does not answer, or trust.json pins no authority.
        EvidenceError: If its answer is not good.
        MissingExtra: If `rfc3161-client` is not installed.
    """
    found = open_log(opened(path), log)
    _pinning(found)
    asked = found.checkpoint
    return timestamps.keep(found, timestamps.ask(url, timestamps.request(asked)), asked)


def ask(path: Path | str, request: Path, *, log: str | None = None) -> None:
    """Write the request for a token over the log's checkpoint into a file, to be carried to an authority.

    Raises:
        InputError: If it cannot be written.
        MissingExtra: If `rfc3161-client` is not installed.

    Examples:
        >>> ask("charter.yaml", Path("asked.tsq"))
        >>> Path("asked.tsq").read_bytes()[0] == 0x30  # a SEQUENCE in DER
        True
    """
    found = open_log(opened(path), log, writing=False)
    try:
        write_whole(request, timestamps.request(found.checkpoint))
    except OSError as error:
        raise InputError(Problem(str(request), f"cannot be written: {error.strerror}")) from error


def accept(path: Path | str, response: Path, *, log: str | None = None) -> Stamp:
    """Check and keep the answer of an authority that was carried here, and return what it says.

    Raises:
        InputError: If it cannot be read, or trust.json pins no authority.
        EvidenceError: If it is not good, or not over the checkpoint as it is now.
    """
    found = open_log(opened(path), log)
    _pinning(found)
    try:
        data = response.read_bytes()
    except OSError as error:
        raise InputError(Problem(str(response), f"cannot be read: {error.strerror}")) from error
    try:
        return timestamps.keep(found, data)
    except EvidenceError as error:
        hint = "has the log grown since the request? then make a new one"
        raise EvidenceError(*(Problem(str(response), one.what, one.hint or hint) for one in error.problems)) from None


def _pinning(log: Log) -> None:
    if not log.trust.timestamps:
        hint = "`seatrial keys authority FILE` pins the root certificate of one"
        raise InputError(Problem("trust.json", "pins no time-stamping authority", hint))
