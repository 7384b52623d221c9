"""A signed checkpoint: what a log of so many entries hashes to (C2SP tlog-checkpoint in a signed note, Ed25519)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass

from seatrial.errors import EvidenceError
from seatrial.proof import note
from seatrial.proof.note import ED25519, Line, VerifierKey

ORIGIN = re.compile(r"[!-*,-~]+")
"""What an origin is written with: printable ASCII without spaces and `+`."""

_FORM = re.compile(
    r"([!-*,-~]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n\n\u2014 ([!-*,-~]+) ([A-Za-z0-9+/]{91}=)\n"
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: whose it is, how many entries it has, and the Merkle root over them."""

    origin: str
    size: int
    root: bytes


def write(origin: str, size: int, root: bytes, sign: Callable[[bytes], bytes], public: bytes) -> bytes:
    """Return the signed note of a checkpoint.

    Args:
        origin: Name of the log, in printable ASCII without spaces and `+`.
        size: Number of entries.
        root: Merkle root, 32 bytes.
        sign: Makes an Ed25519 signature (64 bytes).
        public: Raw public key that belongs to it (32 bytes).

    Raises:
        ValueError: If the origin cannot be written.
    """
    if not ORIGIN.fullmatch(origin):
        raise ValueError(f"{origin!r} cannot name a log: use printable ASCII without spaces and plus signs")
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
    return note.joined(text, [Line(origin, VerifierKey(origin, ED25519, public).id, sign(text))])


def read(data: bytes, origin: str, public: bytes) -> Checkpoint:
    """Return the checkpoint in a signed note.

    Raises:
        EvidenceError: If a byte of it is not as `write` writes it, it is of another log, or this key did not sign it.
    """
    found = _FORM.fullmatch(_decoded(data))
    if not found:
        raise EvidenceError("the checkpoint is not a signed note with one Ed25519 signature")
    named, size, root, signer, signature = found.groups()
    if named != origin or signer != origin:
        raise EvidenceError(f"the checkpoint is of the log {named!r}, trusted is {origin!r}")
    signed, key = note.base64_bytes(signature), VerifierKey(origin, ED25519, public)
    if signed[:4] != key.id:
        raise EvidenceError("the checkpoint is signed by another key than the trusted log key")
    if not note.good(key, data[: data.index(b"\n\n") + 1], signed[4:]):
        raise EvidenceError("the signature under the checkpoint is not good")
    return Checkpoint(named, int(size), note.base64_bytes(root))


def claimed(data: bytes) -> int:
    """Return how many entries a note says that it is over; nothing of it is verified.

    Raises:
        EvidenceError: If it is no checkpoint.
    """
    found = _FORM.fullmatch(_decoded(data))
    if not found:
        raise EvidenceError("the checkpoint is not a signed note with one Ed25519 signature")
    return int(found.group(2))


def split(data: bytes) -> tuple[bytes, bytes]:
    """Return the log's own signed note, and the lines of witnesses that stand after it (none: empty).

    What `read` takes is the first of these.  Both together are the bytes that were given.
    """
    text, blank, signed = data.partition(b"\n\n")
    own, end, rest = signed.partition(b"\n")
    return text + blank + own + end, rest


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise EvidenceError("the checkpoint is not UTF-8") from None
