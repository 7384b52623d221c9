"""What a witness is asked: the body of `add-checkpoint` (C2SP tlog-witness).

old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=     (consistency proof, a hash a line)

example.com/behind-the-sofa                      (the signed checkpoint)
...
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from seatrial.errors import EvidenceError
from seatrial.proof import merkle, note

HASHES = 63
"""Most hashes of a consistency proof."""
SIZE = 2**18
"""Most bytes of a request or an answer; sixteen post-quantum signatures have a third of that."""

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Request:
    """A checkpoint to be cosigned, and the proof that the log only grew."""

    old: int
    """Size of the log when the witness last cosigned; 0 if it never did."""
    proof: tuple[bytes, ...]
    """Consistency proof from that size (RFC 6962, 2.1.2)."""
    checkpoint: bytes
    """Signed note."""


def made(leaves: Sequence[bytes], checkpoint: bytes, old: int) -> Request:
    """Return the request about a log with these leaf hashes.

    Raises:
        IndexError: If the log has fewer entries than the old size.
    """
    return Request(old, tuple(merkle.consistency(leaves, old)), checkpoint)


def write(request: Request) -> bytes:
    """Return the body of a request."""
    return proof_lines(request) + b"\n" + request.checkpoint


def proof_lines(request: Request) -> bytes:
    """Return what stands before the checkpoint: the old size, and the hashes."""
    hashes = (base64.b64encode(one).decode() for one in request.proof)
    return "".join(f"{line}\n" for line in (f"old {request.old}", *hashes)).encode()


def read(data: bytes) -> Request:
    """Return the request in a body; the checkpoint is not looked at.

    Raises:
        EvidenceError: If it is not laid out as `write` does.
    """
    before, blank, checkpoint = data.partition(b"\n\n")
    try:
        old, *hashes = before.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise EvidenceError("the lines before the checkpoint are not ASCII") from None
    found = _OLD.fullmatch(old)
    if not blank or not found:
        raise EvidenceError("a request begins with `old` and a size, and an empty line stands before its checkpoint")
    if len(hashes) > HASHES:
        raise EvidenceError(f"a consistency proof has at most {HASHES} hashes")
    proof = tuple(note.base64_bytes(text) for text in hashes)
    if any(len(one) != 32 for one in proof):
        raise EvidenceError("a hash of the proof has not 32 bytes")
    return Request(int(found.group(1)), proof, checkpoint)
