"""A witness for the logs of others: made, told what to witness, and asked on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from pathlib import Path

from seatrial.errors import EvidenceError, InputError, Problem
from seatrial.evidence.witness import serve
from seatrial.evidence.witness.witness import Answer, Witness
from seatrial.proof import note
from seatrial.proof.cosignature import head
from seatrial.proof.key import ED25519

_CODES = {
    400: "is malformed",
    403: "is not signed by a key of that log",
    404: "is of a log that this witness does not know",
    422: "does not follow from what this witness saw",
}


def create(folder: Path | str, name: str, *, algorithm: str = ED25519) -> Witness:
    """Make a witness in a folder, and return it.

    Args:
        folder: Made if it is not there.
        name: How it signs.
        algorithm: `ed25519` or `ml-dsa-44`.

    Raises:
        LogError: If there is one already, the name cannot stand in a note, or there is no such algorithm.
    """
    return Witness.create(Path(folder), name, algorithm=algorithm)


def opened(folder: Path | str) -> Witness:
    """Return the witness in a folder.

    Raises:
        LogError: If there is none.
    """
    return Witness.open(Path(folder))


def trust(folder: Path | str, key: str) -> Witness:
    """Have a witness cosign a log from now on.

    Args:
        folder: The witness's.
        key: The log's verifier key, as `seatrial log key` prints it.

    Raises:
        InputError: If it is none.
    """
    one = opened(folder)
    try:
        one.trust(note.vkey(key))
    except EvidenceError as error:
        raise InputError(*(Problem("key", str(problem)) for problem in error.problems)) from None
    return one


def sign(folder: Path | str, checkpoint: Path, proof: Path, *, now: Callable[[], float] = time.time) -> bytes:
    """Return a witness's cosignature line over a checkpoint that was carried here, for people without servers.

    Args:
        folder: The witness's.
        checkpoint: File with the log's signed checkpoint.
        proof: File with the old size and the hashes of the consistency proof, a line each.
        now: The instant that the cosignature says, seconds UTC.

    Raises:
        InputError: If a file cannot be read.
        EvidenceError: If the witness refuses: with the reason, and the size that it saw last.
    """
    one = opened(folder)
    answer = one.add(_read(proof) + b"\n" + _read(checkpoint), int(now()))
    if answer.status != 200:
        raise EvidenceError(_refusal(answer, checkpoint))
    return answer.body


def server(folder: Path | str, listen: str, *, now: Callable[[], float] = time.time) -> ThreadingHTTPServer:
    """Return a server for the witness in a folder, bound and not yet serving.

    Args:
        folder: The witness's.
        listen: `host:port`; port 0 takes a free one.
        now: The instant that a cosignature says, seconds UTC.
    """
    return serve.server(opened(folder), listen, lambda: int(now()))


def seen(one: Witness) -> tuple[tuple[str, int], ...]:
    """Return the logs that a witness knows, each with its entries when it last cosigned it."""
    return tuple((origin, _size(one.last(origin))) for origin in one.logs)


def _size(last: bytes | None) -> int:
    return 0 if last is None else head(note.parse(last)[0]).size


def _refusal(answer: Answer, checkpoint: Path) -> Problem:
    said = answer.body.decode(errors="replace").strip()
    if answer.status == 409:
        hint = f"on the log's machine: `seatrial log witness --carry FOLDER --old {said}`"
        return Problem(str(checkpoint), f"this witness last saw {said} entries, and the proof begins elsewhere", hint)
    return Problem(str(checkpoint), f"{_CODES.get(answer.status, 'was refused')}: {said}")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(Problem(str(path), f"cannot be read: {error.strerror}")) from error
