"""Bundles: a log with its blobs, in an uncompressed ustar file whose every header byte follows from its files.

It holds `checkpoint`, `log` (one envelope a line), `blobs/<64 hex>` and, where samples were left out, `withheld` (their
digests, one a line), and where an authority was asked, `timestamp` (its answer), and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from seatrial.errors import EvidenceError

LIMIT = 2**32
"""Largest bundle that is looked at unless told otherwise, in bytes."""
FILES = 10**6
"""Most files in a bundle."""
WITHHELD = "withheld"
"""Name of the list of samples that were left out."""
ONE = 2**30
"""Largest file in a bundle, in bytes."""

_BLOB = re.compile(r"blobs/([0-9a-f]{64})")
_BLOCK = 512
_LARGEST = 8**11 - 1
"""Largest file that eleven octal digits can say."""
_WITHHELD = re.compile(rb"(sha256:[0-9a-f]{64}\n)*")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verifier is given."""

    entries: tuple[bytes, ...]
    """The envelopes of the log, in order."""
    checkpoint: bytes
    """The signed note over them."""
    blobs: Mapping[str, bytes]
    """Digest -> bytes."""
    withheld: frozenset[str] = frozenset()
    """Digests of samples that were left out."""
    timestamp: bytes = b""
    """An authority's answer (RFC 3161, DER) over the log's own signed note; empty if there is none."""


def write(evidence: Evidence) -> bytes:
    """Return a bundle."""
    blobs = {f"blobs/{digest.removeprefix('sha256:')}": data for digest, data in evidence.blobs.items()}
    log = b"".join(entry + b"\n" for entry in evidence.entries)
    files = {"checkpoint": evidence.checkpoint, "log": log, **blobs}
    if evidence.withheld:
        files[WITHHELD] = lines(evidence.withheld)
    if evidence.timestamp:
        files["timestamp"] = evidence.timestamp
    return pack(files)


def read(data: bytes, limit: int) -> Evidence:
    """Return what is in a bundle; digests and signatures are not checked here.

    Raises:
        EvidenceError: If it is not packed as `write` packs, or holds other files.
    """
    files = unpack(data, limit)
    if not {"checkpoint", "log"} <= files.keys():
        raise EvidenceError("the bundle has no log or no checkpoint")
    checkpoint, log = files.pop("checkpoint"), files.pop("log")
    withheld = digests(files.pop(WITHHELD)) if WITHHELD in files else None
    if withheld == frozenset():
        raise EvidenceError("the list of what the bundle withholds is empty")
    stamp = files.pop("timestamp", None)
    if stamp == b"":
        raise EvidenceError("the timestamp in the bundle is empty")
    named = {name: _BLOB.fullmatch(name) for name in files}
    if unknown := [name for name, found in named.items() if not found]:
        raise EvidenceError(f"the bundle holds {unknown[0]!r}, which has no place in it")
    if log and not log.endswith(b"\n"):
        raise EvidenceError("the last line of the log is torn")
    blobs = {f"sha256:{found.group(1)}": files[name] for name, found in named.items() if found}
    return Evidence(tuple(log.split(b"\n")[:-1]), checkpoint, blobs, withheld or frozenset(), stamp or b"")


def disclosed(data: bytes, limit: int = LIMIT) -> tuple[bytes, ...]:
    """Return the samples in a file of samples that were withheld from a bundle and are shown now.

    Raises:
        EvidenceError: If it is not packed as a bundle, or holds anything but blobs.
    """
    files = unpack(data, limit)
    if unknown := [name for name in files if not _BLOB.fullmatch(name)]:
        raise EvidenceError(f"a file of samples holds {unknown[0]!r}, which has no place in it")
    return tuple(files.values())


def pack(files: Mapping[str, bytes], *, one: int = ONE) -> bytes:
    """Return the files as one ustar file, sorted by name, all mode 0644, all owners and times 0.

    Raises:
        ValueError: If a name is not printable ASCII of at most 100 characters, or a file is larger than `one` bytes.
    """
    parts: list[bytes] = []
    for name in sorted(files):
        data = files[name]
        if len(data) > one:
            raise ValueError(f"{name} has {len(data)} bytes; more than {one} cannot stand in a bundle")
        parts += [_header(name, len(data)), data, bytes(-len(data) % _BLOCK)]
    return b"".join(parts) + bytes(2 * _BLOCK)


def unpack(data: bytes, limit: int, *, most: int = FILES, one: int = ONE) -> dict[str, bytes]:
    """Return the files in a bundle.

    Nothing is written to disk, and nothing is decompressed.

    Args:
        data: What `pack` returned.
        limit: Largest bundle that is looked at, in bytes.
        most: Files that it may hold.
        one: Largest file in it, in bytes.

    Raises:
        EvidenceError: If it is larger, holds more, or differs in one byte from what `pack` writes of its files.
    """
    if len(data) > limit:
        raise EvidenceError(f"the bundle has {len(data)} bytes; more than {limit} are not looked at")
    files: dict[str, bytes] = {}
    last, at = "", 0
    for name, start, size in _listed(data, most, one):
        if name <= last:
            raise EvidenceError(f"the bundle holds {name} {'twice' if name == last else 'out of order'}")
        files[name], last = data[start : start + size], name
        at = start + size + -size % _BLOCK
        if len(data) < at or any(data[start + size : at]):
            raise EvidenceError(f"the bundle ends within {name}, or pads it with something")
    if not files:
        raise EvidenceError("the file is no bundle: it ends before its first entry")
    if data[at:] != bytes(2 * _BLOCK):
        raise EvidenceError("the bundle does not end as it must: with 1024 zero bytes after its last file")
    return files


def _listed(data: bytes, most: int, one: int) -> Iterator[tuple[str, int, int]]:
    """Yield name, start and size of each file, as the headers say."""
    at = count = 0
    while at + _BLOCK <= len(data) and any(data[at : at + _BLOCK]):
        name, size = _read_header(data[at : at + _BLOCK])
        count += 1
        if count > most or size > one:
            what = f"more than {most} files" if count > most else f"a file of {size} bytes, {name}"
            raise EvidenceError(f"the bundle holds {what}: that is not looked at")
        yield name, at + _BLOCK, size
        at += _BLOCK + size + -size % _BLOCK


def lines(named: Iterable[str]) -> bytes:
    """Return a list of digests, sorted, one a line; `digests` is its inverse."""
    return "".join(f"{digest}\n" for digest in sorted(named)).encode()


def digests(data: bytes) -> frozenset[str]:
    """Return the digests in a list.

    Raises:
        EvidenceError: If it is not sorted, one stands in it twice, or something else stands in it.
    """
    found = data.decode("ascii", "replace").splitlines()
    if not _WITHHELD.fullmatch(data) or found != sorted(set(found)):
        raise EvidenceError("what is withheld is no sorted list of digests")
    return frozenset(found)


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
