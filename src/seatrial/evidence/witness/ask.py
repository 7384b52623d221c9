"""Asking witnesses to cosign a checkpoint; one that does not answer costs seconds, and is a value with a reason."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from threading import Thread
from typing import Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request as Call
from urllib.request import urlopen

from seatrial.errors import EvidenceError
from seatrial.evidence.witness import request
from seatrial.evidence.witness.witness import Answer
from seatrial.proof import note
from seatrial.proof.note import Line

SECONDS: Final = 5.0
"""How long one call may take to connect, or be silent."""
PATIENCE: Final = 15.0
"""How long is waited for the next of the witnesses that were asked at once."""
ROUNDS: Final = 3
"""Calls to one witness: it says what it has seen, is shown the way from there, and may meanwhile have seen more."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a witness at some address said."""

    url: str
    lines: tuple[Line, ...] = ()
    """Its signature lines; whether they are good, and whose, is another question."""
    why: str = ""
    """Why there are none."""
    contradicts: bool = False
    """Whether it says that this log has shown another history, or more of it, to somebody."""


def ask(urls: Sequence[str], leaves: Sequence[bytes], checkpoint: bytes, known: int = 0) -> tuple[Told, ...]:
    """Return what witnesses say to a checkpoint, in the order of their addresses; all are asked at once.

    Args:
        urls: Where they listen, without `/add-checkpoint`.
        leaves: Leaf hashes of the log.
        checkpoint: The log's own signed note over them.
        known: The size that they most likely saw last.
    """
    heard: queue.SimpleQueue[Told] = queue.SimpleQueue()
    for url in urls:
        Thread(target=lambda url=url: heard.put(_ask(url, leaves, checkpoint, known)), daemon=True).start()
    told: dict[str, Told] = {}
    try:
        for _ in urls:
            one = heard.get(timeout=PATIENCE)
            told[one.url] = one
    except queue.Empty:
        pass
    return tuple(told.get(url, Told(url, why=f"did not answer within {PATIENCE:g} seconds")) for url in urls)


def _ask(url: str, leaves: Sequence[bytes], checkpoint: bytes, known: int) -> Told:
    old = known if known <= len(leaves) else 0
    for _ in range(ROUNDS):
        answer = call(url, request.write(request.made(leaves, checkpoint, old)))
        if isinstance(answer, str):
            return Told(url, why=answer)
        if answer.status != 409:
            return _told(url, answer)
        size = answer.body.rstrip(b"\n")
        if not size.isdigit() or len(size) > 19:
            return Told(url, why="answered 409 without a size")
        old = int(size)
        if old > len(leaves):
            why = f"has cosigned {old} entries of this log, and here are {len(leaves)}"
            return Told(url, why=why, contradicts=True)
    return Told(url, why="was asked by others at the same time; ask again")


def _told(url: str, answer: Answer) -> Told:
    if answer.status == 200:
        try:
            return Told(url, note.lines(answer.body))
        except EvidenceError as error:
            return Told(url, why=f"answered what is no cosignature: {error}")
    said = answer.body[:200].decode(errors="replace").strip()
    why = {
        403: "does not take the signature of this log: was the log's key changed?",
        404: "does not witness this log: its operator runs `seatrial witness trust`",
        422: "has cosigned another history of this log",
    }.get(answer.status, f"answered {answer.status}")
    return Told(url, why=f"{why} ({said})" if said else why, contradicts=answer.status == 422)


def call(url: str, body: bytes) -> Answer | str:
    """Return a witness's answer to a request, or why there is none."""
    try:
        if urlsplit(url).scheme not in ("http", "https"):
            return "is no address of a witness: http:// or https://"
        return _answered(Call(f"{url.rstrip('/')}/add-checkpoint", body, {"Content-Type": "text/plain"}))  # noqa: S310
    except (OSError, HTTPException, ValueError) as error:
        return f"cannot be reached: {getattr(error, 'reason', error)}"


def _answered(asked: Call) -> Answer:
    try:
        with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310 - its scheme was looked at
            return Answer(answer.status, answer.read(request.SIZE))
    except HTTPError as error:
        with error:
            return Answer(error.code, error.read(request.SIZE))
