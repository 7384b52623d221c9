"""By when entries of a log were there, on the word of witnesses that the trust file names."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.errors import EvidenceError
from seatrial.evidence.log import Log
from seatrial.evidence.witness.kept import COSIGNED
from seatrial.proof import cosignature, merkle, note


@dataclass(frozen=True, slots=True)
class Bound:
    """That a witness had seen the beginning of a log."""

    witness: str
    entries: int
    """So many had been written."""
    by: int
    """By this instant, by the witness's clock; seconds UTC."""


def bounds(log: Log) -> tuple[Bound, ...]:
    """Return what trusted witnesses say of when a log was written; nothing where none has cosigned it."""
    kept = log.beside(COSIGNED)
    if kept is None:
        return ()
    try:
        text, lines = note.parse(kept)
        head = cosignature.head(text)
    except EvidenceError:
        return ()
    entries = log.entries()[: head.size]
    if len(entries) != head.size or merkle.root(map(merkle.leaf_hash, entries)) != head.root:
        return ()
    trusted = log.trust.witnesses
    good = cosignature.picked(lines, text, trusted)
    seen = (cosignature.read(line, text, trusted[name]) for name, line in good.items())
    return tuple(Bound(one.name, head.size, one.time) for one in seen)
