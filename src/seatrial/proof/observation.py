r"""The bytes of what one shard showed: a canonical JSON header, then columns of fixed width.

    "SEAOBS1\n" | header length, u4 | header | columns back to back, in the order of the header

All numbers are little-endian; one row is one case, whether it held or not; the first column is the case's digest.
The header is {"schema": 1, "kind", "clause", "shard", "count", "columns": [[name, type], ...]}, and, where an attacker
said something against its own silence, "findings": a list of objects (`FINDING`).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seatrial.errors import EvidenceError
from seatrial.proof import canonical

MAGIC = b"SEAOBS1\n"
KINDS = ("computed", "measured")
"""`computed` is equal on every replay; `measured` (time, memory, money) is signed and never compared."""

WIDTHS = {"b32": 32, "u1": 1, "u4": 4, "i2": 2, "i4": 4, "i8": 8, "f4": 4, "f8": 8}
"""Type of a column -> bytes of one value."""

_CODES = {"u1": "B", "u4": "I", "i2": "h", "i4": "i", "i8": "q", "f4": "f", "f8": "d"}
_HEADER = {"schema", "kind", "clause", "shard", "count", "columns"}

FINDING: Mapping[str, type | tuple[type, ...]] = {
    "name": str,
    "found": bool,
    "figure": (int, float),
    "limit": (int, float),
    "cases": int,
    "said": str,
    "answer": str,
}
"""Field of a finding -> its type: those of `records.finding.Finding`."""


@dataclass(frozen=True, slots=True)
class Table:
    """One shard's rows, by column."""

    kind: str
    clause: str
    shard: int
    count: int
    columns: Mapping[str, tuple[Any, ...]]
    """Name -> one value per row: integers, floats, or bytes for `b32`."""
    findings: tuple[Mapping[str, Any], ...] = ()
    """What the attackers said against their own silence; objects with the fields of `FINDING`."""


def encode(
    kind: str,
    clause: str,
    shard: int,
    columns: Sequence[tuple[str, str, bytes]],
    count: int,
    *,
    findings: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """Return the blob of a shard.

    Args:
        kind: `computed` or `measured`.
        clause: Name of the clause.
        shard: Index of the shard.
        columns: (name, type, little-endian bytes); the first is `case`, `b32`.
        count: Number of rows.
        findings: Objects with the fields of `FINDING`; a blob without any is as it was before there were findings.

    Raises:
        EvidenceError: If `decode` would refuse it.
    """
    form = [[name, type_] for name, type_, _ in columns]
    said = {"findings": [dict(one) for one in findings]} if findings else {}
    header = canonical.dumps(
        {"schema": 1, "kind": kind, "clause": clause, "shard": shard, "count": count, "columns": form, **said}
    )
    data = MAGIC + struct.pack("<I", len(header)) + header + b"".join(part for _, _, part in columns)
    decode(data)
    return data


BASE = "base:"
"""What the columns of the baseline begin with, in the row of the same case."""

_OF_BASE = frozenset({"held", "draws", "unknown", "score", "stage"})


def paired(data: bytes, base: bytes) -> bytes:
    """Return a blob with the outcomes of the baseline beside its own, case by case.

    Args:
        data: What the candidate showed.
        base: What the baseline showed of the same cases, in the same order.

    Raises:
        EvidenceError: If they are not about the same cases, or one is no observation.
    """
    if decode(data).columns["case"] != decode(base).columns["case"]:
        raise EvidenceError("candidate and baseline were not tried on the same cases")
    (own, mine), (other, theirs) = _parts(data), _parts(base)
    taken = [
        ([f"{BASE}{name}", type_], part)
        for (name, type_), part in zip(other["columns"], theirs, strict=True)
        if name in _OF_BASE or name.startswith("value:")
    ]
    header = canonical.dumps({**own, "columns": [*own["columns"], *(form for form, _ in taken)]})
    joined = MAGIC + struct.pack("<I", len(header)) + header + b"".join([*mine, *(part for _, part in taken)])
    decode(joined)
    return joined


def _parts(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return the header of a blob, and the bytes of each column."""
    start = len(MAGIC) + 4
    at = start + int(struct.unpack_from("<I", data, len(MAGIC))[0])
    header: dict[str, Any] = canonical.loads(data[start:at])
    parts = []
    for _, type_ in header["columns"]:
        parts.append(data[at : at + WIDTHS[type_] * header["count"]])
        at += len(parts[-1])
    return header, parts


def decode(data: bytes) -> Table:
    """Return the rows in a blob.

    Raises:
        EvidenceError: If a byte is missing or too much, the header is not as above, a case appears twice, or draws do
            not add up.
    """
    start = len(MAGIC) + 4
    if data[: len(MAGIC)] != MAGIC or len(data) < start:
        raise EvidenceError("not an observation: it does not begin with SEAOBS1")
    end = start + int(struct.unpack_from("<I", data, len(MAGIC))[0])
    header = canonical.loads(data[start:end])
    problem = _wrong(header)
    if problem:
        raise EvidenceError(f"not an observation: {problem}")
    if len(data) != end + sum(WIDTHS[type_] for _, type_ in header["columns"]) * header["count"]:
        raise EvidenceError("the observation is truncated or has trailing bytes")
    columns = _columns(data, end, header["columns"], header["count"])
    _check_rows(columns)
    return Table(
        header["kind"],
        header["clause"],
        header["shard"],
        header["count"],
        columns,
        tuple(header.get("findings", ())),
    )


def _wrong(header: Any) -> str:
    """Return what is wrong with a header, or an empty text."""
    if not isinstance(header, dict) or header.keys() - {"findings"} != _HEADER or header["schema"] != 1:
        return "its header has other fields than schema 1 lists"
    if header["kind"] not in KINDS or not isinstance(header["clause"], str):
        return "its kind or clause cannot be read"
    if any(type(header[name]) is not int or header[name] < 0 for name in ("schema", "shard", "count")):
        return "its shard or count is not a natural number"
    if not isinstance(header["columns"], list) or not all(map(_is_column, header["columns"])):
        return "a column is not a name and a known type"
    names = [name for name, _ in header["columns"]]
    if header["columns"][:1] != [["case", "b32"]] or len(set(names)) != len(names):
        return "its first column is not the case, or a column appears twice"
    return "" if "findings" not in header or _are_findings(header["findings"]) else "its findings cannot be read"


def _are_findings(entries: Any) -> bool:
    """Return whether these are findings, at least one: all fields, each of its type."""
    return (
        isinstance(entries, list)
        and len(entries) > 0
        and all(isinstance(one, dict) and one.keys() == FINDING.keys() for one in entries)
        and all(_is_typed(one[name], type_) for one in entries for name, type_ in FINDING.items())
    )


def _is_typed(value: Any, type_: type | tuple[type, ...]) -> bool:
    return isinstance(value, type_) and isinstance(value, bool) == (type_ is bool)


def _is_column(entry: Any) -> bool:
    return (
        isinstance(entry, list)
        and len(entry) == 2
        and all(isinstance(part, str) for part in entry)
        and entry[1] in WIDTHS
    )


def _columns(data: bytes, at: int, form: Sequence[tuple[str, str]], count: int) -> dict[str, tuple[Any, ...]]:
    columns: dict[str, tuple[Any, ...]] = {}
    for name, type_ in form:
        if type_ == "b32":
            columns[name] = tuple(data[i : i + 32] for i in range(at, at + 32 * count, 32))
        else:
            columns[name] = struct.unpack_from(f"<{count}{_CODES[type_]}", data, at)
        at += WIDTHS[type_] * count
    return columns


def _check_rows(columns: Mapping[str, tuple[Any, ...]]) -> None:
    if len(set(columns["case"])) != len(columns["case"]):
        raise EvidenceError("a case appears twice in one observation")
    for side in ("", BASE):
        counted = [columns[f"{side}{name}"] for name in ("held", "draws", "unknown") if f"{side}{name}" in columns]
        if counted and len(counted) != 3:
            raise EvidenceError("held, draws and unknown stand together or not at all")
        if counted and any(draws < 1 or held + unknown > draws for held, draws, unknown in zip(*counted, strict=True)):
            raise EvidenceError("a row counts more outcomes than draws, or no draw")
