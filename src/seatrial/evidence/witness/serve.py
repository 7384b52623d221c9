"""A witness over HTTP: `POST /add-checkpoint`, and `GET /<SHA-256 of a log's origin>/checkpoint` (C2SP tlog-witness).

TLS is the business of whatever stands in front of it.  Nobody has to log in: a request is worth what its checkpoint's
signature is worth.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore
from typing import Final

from seatrial.errors import EvidenceError, InputError, LogError, Problem
from seatrial.evidence.witness import request
from seatrial.evidence.witness.witness import Answer, Witness

LOGGER = logging.getLogger("seatrial.witness")
SECONDS: Final = 10.0
"""How long a client may be silent before its connection is closed."""
AT_ONCE: Final = 32
"""Requests that are answered at the same time; others are told to come again."""


def server(witness: Witness, listen: str, now: Callable[[], int]) -> ThreadingHTTPServer:
    """Return a server that is bound and not yet serving; `serve_forever` begins, `shutdown` ends.

    Args:
        witness: Who answers.
        listen: `host:port`; port 0 takes a free one.
        now: Seconds since 1970, UTC, for each cosignature.

    Raises:
        InputError: If it cannot listen there.
    """
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal():
        raise InputError(Problem("listen", f"{listen!r} is no address", "host:port, as in 127.0.0.1:8080"))
    try:
        made = ThreadingHTTPServer((host.strip("[]"), int(port)), _handler(witness, now))
    except (OSError, OverflowError) as error:
        raise InputError(Problem("listen", f"cannot listen on {listen}: {error}")) from error
    made.daemon_threads = True
    return made


def _handler(witness: Witness, now: Callable[[], int]) -> type[BaseHTTPRequestHandler]:
    free = BoundedSemaphore(AT_ONCE)

    class Handler(BaseHTTPRequestHandler):
        """One connection."""

        timeout = SECONDS
        protocol_version = "HTTP/1.1"
        server_version, sys_version = "seatrial-witness", ""

        def do_POST(self) -> None:
            """Answer `add-checkpoint`."""
            body = _body(self)
            if isinstance(body, Answer):
                _say(self, body, close=True)
            elif free.acquire(blocking=False):
                try:
                    _say(self, _answer(witness, body, now))
                finally:
                    free.release()
            else:
                _say(self, Answer(503, b"busy: come again\n"))

        def do_GET(self) -> None:
            """Answer a monitor: the last checkpoint of a log that was cosigned here."""
            *_, hashed, word = ["", *self.path.split("/")]
            found = witness.by_hash(hashed) if word == "checkpoint" else None
            _say(self, Answer(404, b"no such log was cosigned here\n") if found is None else Answer(200, found))

    return Handler


def _answer(witness: Witness, body: bytes, now: Callable[[], int]) -> Answer:
    try:
        return witness.add(body, now())
    except (LogError, EvidenceError):
        LOGGER.exception("nothing was signed")
        return Answer(500, b"the witness cannot read or write down what it saw, and so signs nothing\n")


def _body(call: BaseHTTPRequestHandler) -> bytes | Answer:
    """Return what was sent, or why it is not looked at."""
    length = call.headers.get("Content-Length", "")
    if not call.path.rstrip("/").endswith("/add-checkpoint"):
        return Answer(404, b"there is only add-checkpoint here\n")
    if not (length.isascii() and length.isdigit()):
        return Answer(411, b"say Content-Length\n")
    if len(length) > 9 or int(length) > request.SIZE:
        return Answer(413, b"a request has at most %d bytes\n" % request.SIZE)
    try:
        return call.rfile.read(int(length))
    except TimeoutError:
        return Answer(408, b"the request did not come\n")


def _say(call: BaseHTTPRequestHandler, answer: Answer, *, close: bool = False) -> None:
    """Send an answer; after a request whose body was not read, the connection ends."""
    call.send_response(answer.status)
    call.send_header("Content-Type", answer.kind)
    call.send_header("Content-Length", str(len(answer.body)))
    if close:
        call.send_header("Connection", "close")
        call.close_connection = True
    call.end_headers()
    call.wfile.write(answer.body)
