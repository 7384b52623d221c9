"""Proof that one entry is in a log, as a text of its own (C2SP tlog-proof): who has it needs no bundle and no log.

    c2sp.org/tlog-proof@v1
    extra <base64>            the entry itself, unless it was left out
    index <number>
    <base64>                  the Merkle path, from the entry's sibling up
    <empty line>
    <checkpoint>              signed by the log, and by witnesses that saw it

What it proves: the log that signed this checkpoint holds this entry at this index.  Not that nothing contradicts it
further on: that a word was not taken back since, only a whole log says.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seatrial.errors import EvidenceError
from seatrial.proof import checkpoint, cosignature, envelope, merkle, note, statement
from seatrial.proof.cosignature import Cosignature
from seatrial.proof.envelope import Envelope
from seatrial.proof.key import Key
from seatrial.proof.statement import Statement
from seatrial.proof.trust import Trust

SUFFIX = ".tlog-proof"
"""How the name of such a file ends, so that none is ever taken for a bundle."""
HEADER = b"c2sp.org/tlog-proof@v1\n"
LIMIT = 64 << 20
"""Bytes of the largest proof that is read; its extra data may hold an entry."""
_DEPTH = 63
_INDEX = re.compile(rb"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as it stands in its file; nothing of it is verified."""

    index: int
    path: tuple[bytes, ...]
    """Hashes of 32 bytes, from the entry's sibling up."""
    checkpoint: bytes
    """The signed note, with all its signatures."""
    extra: bytes = b""
    """The entry, or nothing.  No signature covers it before the path does."""


@dataclass(frozen=True, slots=True)
class Included:
    """What a proof proves."""

    origin: str
    """The log."""
    index: int
    size: int
    """Entries of the log under the checkpoint."""
    said: Statement
    """What the entry says."""
    signers: tuple[str, ...]
    """People of the trust file who signed it, sorted."""
    unknown: tuple[str, ...]
    """Ids of further keys under it that the trust file does not name; their signatures were not checked."""
    seen: tuple[Cosignature, ...]
    """The trusted witnesses that saw the checkpoint, and when."""


def is_proof(data: bytes) -> bool:
    """Return whether a file begins like a proof."""
    return data.startswith(HEADER)


def write(proof: Proof) -> bytes:
    r"""Return the text of a proof.

    Examples:
        >>> write(Proof(0, (), b"log\n1\nhash\n\nsignature\n")).splitlines()[:2]
        [b'c2sp.org/tlog-proof@v1', b'index 0']
    """
    extra = b"extra %s\n" % base64.b64encode(proof.extra) if proof.extra else b""
    path = b"".join(base64.b64encode(part) + b"\n" for part in proof.path)
    return b"%s%sindex %d\n%s\n%s" % (HEADER, extra, proof.index, path, proof.checkpoint)


def read(data: bytes) -> Proof:
    """Return what stands in a proof.

    Raises:
        EvidenceError: If a byte of it is not as the format has it.
    """
    if not is_proof(data) or len(data) > LIMIT:
        raise EvidenceError(f"not a proof: its first line is not {HEADER.decode().strip()!r}, or it is too large")
    head, blank, signed = data.removeprefix(HEADER).partition(b"\n\n")
    lines = head.split(b"\n")
    extra = _bytes(lines.pop(0).removeprefix(b"extra ")) if lines[0].startswith(b"extra ") else b""
    found = _INDEX.fullmatch(lines[0]) if lines else None
    if not blank or not signed or found is None:
        raise EvidenceError("the proof is torn: it has an index, a path, an empty line, and a checkpoint")
    path = tuple(_bytes(line) for line in lines[1:])
    if len(path) > _DEPTH or any(len(part) != 32 for part in path):
        raise EvidenceError(f"the path of the proof is not at most {_DEPTH} hashes of 32 bytes")
    return Proof(int(found.group(1)), path, signed, extra)


def check(data: bytes, trust: Trust, *, entry: bytes | None = None) -> Included:
    """Return what a proof proves, everything in it checked.

    Args:
        data: The proof.
        trust: The pinned keys.
        entry: The entry, byte for byte as the log has it; None takes it from the proof.

    Raises:
        EvidenceError: If the proof is malformed, of another log, signed by no trusted log key, or not about this entry.
    """
    proof = read(data)
    held = proof.extra if entry is None else entry
    if not held:
        raise EvidenceError("the proof does not hold the entry that it is about: name its file")
    own, _ = checkpoint.split(proof.checkpoint)
    size = checkpoint.claimed(own)
    head = checkpoint.read(own, trust.origin, _log_key(trust, size - 1).public)
    if not merkle.check_inclusion(merkle.leaf_hash(held), proof.index, size, proof.path, head.root):
        raise EvidenceError(f"the log does not hold these bytes as entry {proof.index} of {size}")
    found = envelope.parsed(held)
    known = _known(trust, proof.index)
    signed = [one for one in zip(found.key_ids, found.signatures, strict=True) if one[0] in known]
    envelope.check(Envelope(found.payload, tuple(one for one, _ in signed), tuple(one for _, one in signed)), known)
    if _log_key(trust, proof.index).id not in found.key_ids:
        raise EvidenceError("the log key has not signed the entry")
    names = {trust.person(one) for one in found.key_ids if one in known} - {None}
    return Included(
        origin=trust.origin,
        index=proof.index,
        size=size,
        said=statement.read(found.payload),
        signers=tuple(sorted(filter(None, names))),
        unknown=tuple(one for one in found.key_ids if one not in known),
        seen=_seen(proof.checkpoint, trust),
    )


def _seen(signed: bytes, trust: Trust) -> tuple[Cosignature, ...]:
    """Return what trusted witnesses say of a checkpoint; lines of others are left alone, as the format asks."""
    text, lines = note.parse(signed)
    good = cosignature.picked(lines, text, trust.witnesses)
    return tuple(cosignature.read(line, text, trust.witnesses[name]) for name, line in good.items())


def _log_key(trust: Trust, index: int) -> Key:
    """Return the pinned key of the log that signs an entry, and the checkpoint that ends in it."""
    return next((key for key in reversed(trust.log_keys) if key.since <= index), trust.log_keys[0])


def _known(trust: Trust, index: int) -> Mapping[str, Key]:
    """Return the pinned keys that may sign an entry, by id."""
    people: Sequence[Key] = [key for person in trust.people.values() for key in person.keys if key.holds(index)]
    return {key.id: key for key in (_log_key(trust, index), *people)}


def _bytes(text: bytes) -> bytes:
    try:
        return note.base64_bytes(text.decode("ascii"))
    except UnicodeDecodeError:
        raise EvidenceError("base64 in the proof cannot be read") from None
