"""A log, copied from place to place: for back-up, and to move it between a folder and a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seatrial.errors import EvidenceError, Problem
from seatrial.evidence import place
from seatrial.evidence.log import Log
from seatrial.evidence.tapes.tape import CHECKPOINT, TRUST, Tape
from seatrial.evidence.witness.kept import COSIGNED
from seatrial.evidence.witness.timestamps import STAMPED
from seatrial.proof import trust
from seatrial.proof.bundle import WITHHELD


@dataclass(frozen=True, slots=True)
class Copied:
    """What copying a log did."""

    place: str
    """Where the copy is; without a password."""
    entries: int
    new: int
    """Entries that were not there before."""
    blobs: int


def copy(log: Log, address: Path | str) -> Copied:
    """Copy a log, every signature and digest checked on the way; into a copy that is there goes what is new.

    A copy that was broken off goes on when it is made again.

    Args:
        log: The log.
        address: Where the copy goes: a folder, or a database.

    Raises:
        EvidenceError: If the log does not verify, or what is there is another log, another history, or newer.
        LogError: If a place cannot be read or written.
        StoreError: If a blob is missing.
    """
    log.statements()
    entries, note = log.snapshot()
    source, target = place.tape(log.address), place.tape(address)
    kept = source.read(TRUST) or trust.write(log.trust)
    there = target.read(TRUST)
    if there is None:
        target.create({CHECKPOINT: note, TRUST: kept})
    elif _named(trust.read(there)) != _named(log.trust):
        what = f"there is another log here than {log.origin!r}"
        raise EvidenceError(Problem(target.place, what, "name another place for the copy"))
    with target.held():
        have = _beginning(target, entries)
        blobs = [target.store.put(log.store.get(digest)) for digest in source.blobs()]
        target.mend()
        target.extend(have, entries[have:], note)
        for name in (TRUST, COSIGNED, STAMPED, WITHHELD):
            data = source.read(name)
            if data is not None:
                target.write(name, data)
    return Copied(target.place, len(entries), len(entries) - have, len(blobs))


def _beginning(target: Tape, entries: Sequence[bytes]) -> int:
    """Return how many entries the copy has; they must be the first of the log."""
    there = target.entries(0)
    if there[: len(entries)] != list(entries[: len(there)]):
        what = "what is here is another history under the same name"
        raise EvidenceError(Problem(target.place, what, "keep both, and find out which one is true"))
    if len(there) > len(entries):
        what = f"what is here is newer: {len(there)} entries, and the log has {len(entries)}"
        raise EvidenceError(Problem(target.place, what, "did you mean to copy the other way round?"))
    return len(there)


def _named(one: trust.Trust) -> tuple[str, bytes]:
    """Return what names a log: its origin, and its first key."""
    return one.origin, one.log_keys[0].public
