"""Cosignatures: what a witness says of a checkpoint, and when (C2SP tlog-cosignature).

A witness says: "at this time, this was the largest tree that I had seen of this log, and it only ever grew."
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from seatrial.errors import EvidenceError, Problem
from seatrial.proof import note
from seatrial.proof.checkpoint import Checkpoint
from seatrial.proof.note import COSIGNATURE, LENGTHS, SUBTREE, Line, VerifierKey

KINDS = (COSIGNATURE, SUBTREE)
"""Types of keys that cosign: Ed25519, and ML-DSA-44."""

_TREE = re.compile(rb"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*")
_LATEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Cosignature:
    """That a witness saw a checkpoint."""

    name: str
    """The witness."""
    time: int
    """When, by the witness's clock: seconds since 1970, UTC."""


def head(text: bytes) -> Checkpoint:
    """Return what the text of a checkpoint says, whoever signed it; lines beyond the third are left alone.

    Raises:
        EvidenceError: If it is no checkpoint (C2SP tlog-checkpoint).
    """
    found = _TREE.fullmatch(text)
    if not found:
        raise EvidenceError("not a checkpoint: origin, size, and root hash, a line each")
    try:
        origin = found.group(1).decode()
    except UnicodeDecodeError:
        raise EvidenceError("the origin of the checkpoint is not UTF-8") from None
    return Checkpoint(origin, int(found.group(2)), note.base64_bytes(found.group(3).decode()))


def message(key: VerifierKey, text: bytes, time: int) -> bytes:
    """Return what a witness signs: the header, its time, and the checkpoint (or, ML-DSA-44, the tree).

    Args:
        key: The witness's.
        text: The checkpoint without its signatures, with its last newline.
        time: Seconds since 1970, UTC.

    Raises:
        EvidenceError: If the text is no checkpoint, or the time none.
        ValueError: If the key is not one that cosigns, or a name is too long for the form.
    """
    said = head(text)
    if not 0 < time <= _LATEST:
        raise EvidenceError(f"{time} is no time of a cosignature")
    if key.kind == COSIGNATURE:
        return b"cosignature/v1\ntime %d\n%s" % (time, text)
    if key.kind != SUBTREE:
        raise ValueError(f"a key of type {key.kind:#04x} does not cosign")
    named, origin = key.name.encode(), said.origin.encode()
    if max(len(named), len(origin)) > 255:
        raise ValueError("names of witnesses and logs have at most 255 bytes here")
    tree = struct.pack(">QQ", 0, said.size) + said.root
    return b"subtree/v1\n\0%c%s%s%c%s%s" % (len(named), named, struct.pack(">Q", time), len(origin), origin, tree)


def write(key: VerifierKey, text: bytes, time: int, sign: Callable[[bytes], bytes]) -> Line:
    """Return the line by which a witness cosigns a checkpoint; arguments as `message` takes them."""
    signed = sign(message(key, text, time))
    return Line(key.name, key.id, struct.pack(">Q", time) + signed)


def read(line: Line, text: bytes, key: VerifierKey) -> Cosignature:
    """Return what a line says that claims to be by this key.

    Raises:
        EvidenceError: If the witness did not sign exactly this checkpoint at the time that the line gives.
    """
    if not line.by(key) or len(line.signature) != LENGTHS[key.kind][1]:
        raise EvidenceError(Problem(f"witness {line.name}", "the line is not a cosignature by its key"))
    (time,) = struct.unpack(">Q", line.signature[:8])
    if not 0 < time <= _LATEST or not note.good(key, message(key, text, time), line.signature[8:]):
        raise EvidenceError(Problem(f"witness {line.name}", "its cosignature is not over this checkpoint"))
    return Cosignature(line.name, time)


def strict(lines: Iterable[Line], text: bytes, trusted: Mapping[str, VerifierKey]) -> tuple[Cosignature, ...]:
    """Return what the cosignature lines of stored evidence say: by trusted witnesses, each once, ordered by name.

    Raises:
        EvidenceError: If a line is by nobody who is trusted, out of order, there twice, or not good; with all of them.
    """
    found: list[Cosignature] = []
    problems: list[Problem] = []
    for line in lines:
        try:
            found.append(read(line, text, _owner(line, trusted)))
        except EvidenceError as error:
            problems += error.problems
    names = [one.name for one in found]
    if names != sorted(set(names)):
        problems.append(Problem("checkpoint", "its cosignatures are not in the order of their names, each once"))
    if problems:
        raise EvidenceError(*problems)
    return tuple(found)


def picked(lines: Iterable[Line], text: bytes, trusted: Mapping[str, VerifierKey]) -> dict[str, Line]:
    """Return the good lines of trusted witnesses, by name and in the order of names; the rest is dropped."""
    good: dict[str, Line] = {}
    for line in lines:
        try:
            read(line, text, _owner(line, trusted))
        except EvidenceError:
            continue
        good[line.name] = line
    return dict(sorted(good.items()))


def _owner(line: Line, trusted: Mapping[str, VerifierKey]) -> VerifierKey:
    if line.name not in trusted:
        hint = "put its key into the trust file, if it is to count"
        raise EvidenceError(Problem(f"witness {line.name[:60]}", "is not a trusted witness", hint))
    return trusted[line.name]
