"""What a verifier keeps between two looks at one log: the leaf hashes that it accepted.

A text file: the origin, then one leaf hash in hex per line.  With it, a rolled-back or rewritten log is found.
"""

from __future__ import annotations

from collections.abc import Sequence

from seatrial.errors import EvidenceError


def write(origin: str, leaves: Sequence[bytes]) -> bytes:
    """Return the file that remembers a log."""
    return "".join(f"{line}\n" for line in (origin, *(leaf.hex() for leaf in leaves))).encode()


def read(data: bytes, origin: str) -> tuple[bytes, ...]:
    """Return the leaf hashes that a file remembers.

    Raises:
        EvidenceError: If it cannot be read, or is about another log.
    """
    try:
        named, *lines = data.decode("ascii").splitlines()
        leaves = tuple(bytes.fromhex(line) for line in lines)
    except ValueError:
        raise EvidenceError("what was remembered cannot be read") from None
    if named != origin:
        raise EvidenceError(f"what was remembered is the log {named!r}, not {origin!r}")
    if write(named, leaves) != data or any(len(leaf) != 32 for leaf in leaves):
        raise EvidenceError("what was remembered is torn")
    return leaves
