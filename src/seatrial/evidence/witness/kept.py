"""The cosignatures that a log keeps beside its checkpoint, and how they get there.

The document `cosigned` is the newest checkpoint of the log that a witness cosigned, with the lines of all who did.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from seatrial.errors import EvidenceError, Problem
from seatrial.evidence.log import Log
from seatrial.evidence.witness import ask, request
from seatrial.evidence.witness.ask import Told
from seatrial.evidence.witness.request import Request
from seatrial.proof import checkpoint, cosignature, merkle, note
from seatrial.proof.cosignature import Cosignature
from seatrial.proof.note import Line

COSIGNED: Final = "cosigned"
"""Name of the document."""


def cosigned(log: Log) -> bytes:
    """Return the log's checkpoint, with the cosignatures of trusted witnesses over exactly this one."""
    return joined(log, log.checkpoint)


def joined(log: Log, own: bytes) -> bytes:
    """Return a checkpoint of the log with the cosignatures that are kept over the same size and root."""
    return own + b"".join(line.data for line in _lines(log, own).values())


def witnessed(log: Log) -> tuple[Cosignature, ...]:
    """Return who cosigned the log's checkpoint as it is now, and when."""
    own = log.checkpoint
    text = _text(own)
    return tuple(cosignature.read(line, text, log.trust.witnesses[name]) for name, line in _lines(log, own).items())


def enough(log: Log) -> bool:
    """Return whether as many trusted witnesses cosigned the log's checkpoint as the trust file asks for."""
    return len(witnessed(log)) >= log.trust.needed("witness")


def size(log: Log) -> int:
    """Return how many entries the log had when it was last cosigned; 0 if it never was, or that cannot be read."""
    try:
        return cosignature.head(_text(log.beside(COSIGNED) or b"")).size
    except EvidenceError:
        return 0


def asked(log: Log, old: int) -> Request:
    """Return what a witness that last saw so many entries is to be asked.

    Raises:
        EvidenceError: If the log is shorter.
    """
    entries, own = log.snapshot()
    if old > len(entries):
        what = f"the witness has cosigned {old} entries, and here are {len(entries)}"
        raise EvidenceError(
            Problem(log.place, what, "this is an older copy of the log, or another one; find the newest")
        )
    return request.made([merkle.leaf_hash(entry) for entry in entries], own, old)


def gather(log: Log, urls: Sequence[str]) -> tuple[Told, ...]:
    """Ask witnesses to cosign the log's checkpoint, keep what they say, and return it in the order of their addresses.

    A witness that has seen more of the log than there was when it was asked is asked once more: another process may
    have appended meanwhile.
    """
    entries, own = log.snapshot()
    told = _asked(log, urls, entries, own)
    if any(one.contradicts for one in told):
        entries, now = log.snapshot()
        if now != own:
            own, told = now, _asked(log, urls, entries, now)
    found = take(log, (line for one in told for line in one.lines), own)
    return tuple(_believed(one, log, found) for one in told)


def take(log: Log, lines: Iterable[Line], own: bytes | None = None) -> tuple[Cosignature, ...]:
    """Keep the good cosignatures of trusted witnesses over the log's checkpoint, and return these; the rest is dropped.

    Args:
        log: The system's log.
        lines: What witnesses answered.
        own: The checkpoint that they were asked about; the log's last one by default.
    """
    own = log.checkpoint if own is None else own
    text = _text(own)
    good = cosignature.picked(lines, text, log.trust.witnesses)
    if good:
        all_lines = dict(sorted({**_lines(log, own), **good}.items()))
        log.keep(COSIGNED, own + b"".join(line.data for line in all_lines.values()))
    return tuple(cosignature.read(line, text, log.trust.witnesses[name]) for name, line in good.items())


def _asked(log: Log, urls: Sequence[str], entries: Sequence[bytes], own: bytes) -> tuple[Told, ...]:
    return ask.ask(urls, [merkle.leaf_hash(entry) for entry in entries], own, size(log))


def _believed(told: Told, log: Log, found: Sequence[Cosignature]) -> Told:
    """Return an answer as it was, or what is wrong with its lines."""
    names = {one.name for one in found}
    if not told.lines or any(line.name in names for line in told.lines):
        return told
    keys = log.trust.witnesses
    known = [line for line in told.lines if line.name in keys]
    why = "its cosignature is not good" if known else f"{told.lines[0].name!r} is no witness in trust.json"
    return Told(told.url, why=why)


def _lines(log: Log, own: bytes) -> dict[str, Line]:
    """Return the good lines that are kept of this checkpoint; a torn or foreign document counts as none."""
    kept = log.beside(COSIGNED)
    if kept is None or _text(kept) != _text(own):
        return {}
    try:
        lines = note.lines(checkpoint.split(kept)[1])
    except EvidenceError:
        return {}
    return cosignature.picked(lines, _text(own), log.trust.witnesses)


def _text(data: bytes) -> bytes:
    return data.partition(b"\n\n")[0] + b"\n"
