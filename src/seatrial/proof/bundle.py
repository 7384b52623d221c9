"""Bundles: a log with its blobs, in an uncompressed ustar file whose every header byte follows from its files.

It holds `checkpoint`, `log` (one envelope a line) and `blobs/<64 hex>`, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from seatrial.errors import EvidenceError

LIMIT = 2**32
"""Largest bundle that is looked at unless told otherwise, in bytes."""

_BLOB = re.compile(r"blobs/([0-9a-f]{64})")
_BLOCK = 512
_LARGEST = 8**11 - 1
"""Largest file that eleven octal digits can say."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verifier is given."""

    entries: tuple[bytes, ...]
    """The envelopes of the log, in order."""
    checkpoint: bytes
    """The signed note over them."""
    blobs: Mapping[str, bytes]
    """Digest -> bytes."""


def write(evidence: Evidence) -> bytes:
    """Return a bundle."""
    blobs = {f"blobs/{digest.removeprefix('sha256:')}": data for digest, data in evidence.blobs.items()}
    log = b"".join(entry + b"\n" for entry in evidence.entries)
    return pack({"checkpoint": evidence.checkpoint, "log": log, **blobs})


def read(data: bytes, limit: int) -> Evidence:
    """Return what is in a bundle; digests and signatures are not checked here.

    Raises:
        EvidenceError: If it is not packed as `write` packs, or holds other files.
    """
    files = unpack(data, limit)
    if not {"checkpoint", "log"} <= files.keys():
        raise EvidenceError("the bundle has no log or no checkpoint")
    checkpoint, log = files.pop("checkpoint"), files.pop("log")
    named = {name: _BLOB.fullmatch(name) for name in files}
    if unknown := [name for name, found in named.items() if not found]:
        raise EvidenceError(f"the bundle holds {unknown[0]!r}, which has no place in it")
    if log and not log.endswith(b"\n"):
        raise EvidenceError("the last line of the log is torn")
    blobs = {f"sha256:{found.group(1)}": files[name] for name, found in named.items() if found}
    return Evidence(tuple(log.split(b"\n")[:-1]), checkpoint, blobs)


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the files as one ustar file, sorted by name, all mode 0644, all owners and times 0.

    Raises:
        ValueError: If a name is not printable ASCII of at most 100 characters.
    """
    parts: list[bytes] = []
    for name in sorted(files):
        data = files[name]
        parts += [_header(name, len(data)), data, bytes(-len(data) % _BLOCK)]
    return b"".join(parts) + bytes(2 * _BLOCK)


def unpack(data: bytes, limit: int) -> dict[str, bytes]:
    """Return the files in a bundle.

    Nothing is written to disk, and nothing is decompressed.

    Args:
        data: What `pack` returned.
        limit: Largest bundle that is looked at, in bytes.

    Raises:
        EvidenceError: If it is larger, or differs in one byte from what `pack` writes of its files.
    """
    if len(data) > limit:
        raise EvidenceError(f"the bundle has {len(data)} bytes; more than {limit} are not looked at")
    files: dict[str, bytes] = {}
    at = 0
    while at + _BLOCK <= len(data) and any(data[at : at + _BLOCK]):
        name, size = _read_header(data[at : at + _BLOCK])
        at += _BLOCK
        if name in files:
            raise EvidenceError(f"the bundle holds {name} twice")
        files[name] = data[at : at + size]
        at += size + -size % _BLOCK
    if pack(files) != data and not files:
        raise EvidenceError("the file is no bundle: it ends before its first entry")
    if pack(files) != data:
        raise EvidenceError("the bundle is not packed as it must be: an order, a length or padding differs")
    return files


def _header(name: str, size: int) -> bytes:
    if not (name.isascii() and name.isprintable() and 0 < len(name) <= 100 and size <= _LARGEST):
        raise ValueError(f"{name!r} of {size} bytes cannot stand in a bundle")
    owner = b"0000644\x00" + b"0000000\x00" * 2
    before = name.encode().ljust(100, b"\x00") + owner + b"%011o\x00" % size + b"%011o\x00" % 0
    after = b"0" + bytes(100) + b"ustar\x0000"
    block = (before + b" " * 8 + after).ljust(_BLOCK, b"\x00")
    return block[:148] + b"%06o\x00 " % sum(block) + block[156:]


def _read_header(block: bytes) -> tuple[str, int]:
    try:
        name, size = block[:100].rstrip(b"\x00").decode("ascii"), int(block[124:135].decode("ascii"), 8)
        if _header(name, size) == block:
            return name, size
    except ValueError:
        pass
    raise EvidenceError(f"a header of the bundle is not as it must be, near {block[:40]!r}")
