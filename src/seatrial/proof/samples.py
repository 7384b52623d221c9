"""Kept samples, each under a salted commitment of its own, so that any of them can be withheld and the rest verifies.

A sample's blob is 32 bytes of salt and then the sample; its digest is the commitment.  A shard names an index, which
lists case, form and commitment of each sample that it kept.  The salt follows from a signature of the log key that is
never shown: who has only the commitment cannot try guesses against it, and who holds the key makes equal bytes again.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from seatrial.errors import EvidenceError
from seatrial.proof.canonical import dumps, loads, raw

MAGIC = b"SEASTIM1\n"
"""Begins the samples of a shard, as a trial hands them over, and each of them when they stand alone."""
SALT = 32
"""Bytes of salt before each sample."""
SCHEMA = 1
"""The form of an index."""
FORMS = ("npy", "json", "row", "table", "none")
"""Of the untouched input: numbers, a text or a conversation, a row, a table, nothing that could be kept."""
TEXT = "json"

LABEL = b"seatrial/sample/v1\x00"
"""Stands before the nonce of a run in what the log key signs, and before a case where its salt is derived."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One kept case, alone."""

    case: bytes
    form: str
    """Of `FORMS`."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of an index."""

    case: bytes
    form: str
    """Of `FORMS`."""
    commitment: str
    """Digest of salt and sample."""


def split(data: bytes) -> tuple[Sample, ...]:
    """Return the samples of a shard, each in the form that all of them came in.

    Raises:
        EvidenceError: If they cannot be told apart.
    """
    start = len(MAGIC) + 4
    if data[: len(MAGIC)] != MAGIC or len(data) < start:
        raise EvidenceError("not a blob of stimuli: it does not begin with SEASTIM1")
    at = start + int(struct.unpack_from("<I", data, len(MAGIC))[0])
    found = []
    try:
        head = loads(data[start:at])
        for row in head["rows"]:
            size = sum(length for _, length in (row["original"], row["stimulus"]))
            alone = dumps({**head, "rows": [row]})
            part = MAGIC + struct.pack("<I", len(alone)) + alone + data[at : at + size]
            found.append(Sample(raw(f"sha256:{row['case']}"), _form(row["original"][0]), part))
            at += size
    except (KeyError, TypeError, ValueError) as error:
        raise EvidenceError(f"not a blob of stimuli: {error}") from error
    if at != len(data):
        raise EvidenceError("the blob of stimuli is truncated or has trailing bytes")
    return tuple(found)


def salt(secret: bytes, clause: str, shard: int, case: bytes) -> bytes:
    """Return the salt of a sample: HKDF-SHA-256 (RFC 5869), so that one that is shown says nothing of the others.

    Args:
        secret: What only the holder of the log key can compute for this run.
        clause: Whose sample it is.
        shard: Its shard.
        case: Its case.
    """
    info = LABEL + dumps([clause, shard, case.hex()])
    return HKDF(SHA256(), SALT, salt=None, info=info).derive(secret)


def opened(blob: bytes) -> bytes:
    """Return the sample in a blob.

    Raises:
        EvidenceError: If it is shorter than its salt.
    """
    if len(blob) < SALT:
        raise EvidenceError("a sample is shorter than its salt")
    return blob[SALT:]


def index(listed: Sequence[Listed]) -> bytes:
    """Return the blob of an index; `read` is its inverse."""
    rows = [{"case": one.case.hex(), "form": one.form, "sample": one.commitment} for one in listed]
    return dumps({"schema": SCHEMA, "samples": rows})


def read(data: bytes) -> tuple[Listed, ...]:
    """Return the rows of an index.

    Raises:
        EvidenceError: If it is not canonical, its fields are not those of `index`, or a case stands in it twice.
    """
    try:
        rows = tuple(_row(row) for row in _rows(loads(data)))
    except (KeyError, TypeError, ValueError) as error:
        raise EvidenceError(f"not an index of samples: {error}") from error
    if index(rows) != data or len({one.case for one in rows}) != len(rows):
        raise EvidenceError("not an index of samples: a field has no place in it, or a case stands in it twice")
    return rows


def listed(result: Mapping[str, Any], blob: Mapping[str, bytes]) -> Iterator[tuple[Mapping[str, Any], Listed]]:
    """Yield every kept sample of a run-result, with its shard.

    Args:
        result: Predicate of the run-result.
        blob: Index by digest; one that is not there is passed over.
    """
    for shard in result["shards"]:
        if shard["stimuli"] in blob:
            yield from ((shard, one) for one in read(blob[shard["stimuli"]]))


def _rows(body: Any) -> Sequence[Mapping[str, Any]]:
    if body["schema"] != SCHEMA:
        raise ValueError(f"form {body['schema']!r} is not {SCHEMA}: a newer release of seatrial reads it")
    rows: Sequence[Mapping[str, Any]] = body["samples"]
    return rows


def _row(row: Mapping[str, Any]) -> Listed:
    raw(row["sample"])
    return Listed(raw(f"sha256:{row['case']}"), _form(row["form"]), row["sample"])


def _form(form: Any) -> str:
    if form not in FORMS:
        raise ValueError(f"{form!r} is no form of a sample")
    return str(form)
