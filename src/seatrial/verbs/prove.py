"""The proof that one entry is in the log, and the check of such a proof by somebody who has nothing else."""

from __future__ import annotations

from pathlib import Path

from seatrial.errors import InputError, Problem
from seatrial.evidence import proving
from seatrial.proof import inclusion
from seatrial.proof import trust as trusts
from seatrial.proof.inclusion import Included
from seatrial.verbs.project import open_log, opened


def prove(path: Path | str, entry: int, *, bare: bool = False, log: str | None = None) -> bytes:
    """Return the proof that an entry is in the log, as a text of a few lines (C2SP tlog-proof).

    Args:
        path: The charter, or the folder that it lies in.
        entry: Number of the entry, from 0.
        bare: Leave the entry itself out, if not everybody who gets the proof may read it.
        log: Place of the log, if not the default.

    Raises:
        InputError: If there is no such entry.
        LogError: If there is no log.
        EvidenceError: If the log was changed or shortened.

    Examples:
        >>> gated = seatrial.gate("charter.yaml")
        >>> seatrial.prove("charter.yaml", gated.seq).splitlines()[0]
        b'c2sp.org/tlog-proof@v1'
    """
    return proving.prove(open_log(opened(path), log, writing=False), entry, bare=bare)


def check_proof(proof: Path | str, trust: Path | str, *, entry: Path | str | None = None) -> Included:
    """Return what the proof of one entry proves; offline, from the proof and the pinned keys alone.

    Args:
        proof: File of the proof.
        trust: The pinned `trust.json`.
        entry: File of the entry, byte for byte; None takes it from the proof.

    Raises:
        InputError: If a file cannot be read.
        EvidenceError: If the proof does not hold.
    """
    pinned = trusts.read(_bytes(trust))
    return inclusion.check(_bytes(proof), pinned, entry=None if entry is None else _bytes(entry))


def _bytes(path: Path | str) -> bytes:
    try:
        if Path(path).stat().st_size > inclusion.LIMIT:
            raise InputError(Problem(str(path), f"is larger than {inclusion.LIMIT:,} bytes, and is not looked at"))
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(Problem(str(path), f"cannot be read: {error.strerror}")) from None
