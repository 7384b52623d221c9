"""The proof of one entry, for somebody who has neither the log nor a bundle."""

from __future__ import annotations

from seatrial.errors import InputError, Problem
from seatrial.evidence.log import Log
from seatrial.evidence.witness import kept
from seatrial.proof import inclusion


def prove(log: Log, seq: int, *, bare: bool = False) -> bytes:
    """Return the proof that an entry is in the log (C2SP tlog-proof), under its newest checkpoint.

    Args:
        log: The log.
        seq: The entry.
        bare: Leave the entry out: whoever checks the proof must have it from elsewhere.

    Raises:
        InputError: If there is no such entry.
    """
    entries = log.entries()
    if not 0 <= seq < len(entries):
        held = f"its entries are 0 to {len(entries) - 1}" if entries else "it has none yet"
        raise InputError(Problem(log.place, f"there is no entry {seq}", held))
    path, note = log.proven(seq)
    extra = b"" if bare else entries[seq]
    return inclusion.write(inclusion.Proof(seq, path, kept.joined(log, note), extra))
