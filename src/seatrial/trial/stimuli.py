r"""The bytes of some cases of a shard, before and after, for reports and for replay elsewhere.

    "SEASTIM1" \n | header length, u4 LE | canonical JSON header | parts, back to back

One row per kept case: {case, stage, label, before, after, original, stimulus} and, where something was said that must
not be, {marks}; `original` and `stimulus` are a form and a length: `npy` (numpy format 1.0, never with pickle), `json`
(a text, or a conversation), or `none`.
"""

from __future__ import annotations

import io
import math
import struct
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.errors import EvidenceError
from seatrial.proof.canonical import dumps, loads
from seatrial.proof.samples import MAGIC
from seatrial.records.batch import Frame, Message

SCHEMA = 1
"""The form of the header."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """One case, as it was and as it was presented last."""

    case: bytes
    stage: int
    """-2 wrong untouched, -1 held, else index of the stage that broke it."""
    label: str
    """The true answer; empty if there is none."""
    before: str
    """What the target said to the untouched input; empty if it was not asked."""
    after: str
    """What it said to the attempt; empty if nothing was presented."""
    original: Any
    """Numpy array, number, text, conversation, or a row of a table (name -> number or text); None if it has no safe
    form."""
    stimulus: Any = None
    """The same, changed; None if the input was not changed."""
    marks: tuple[str, ...] = ()
    """Passages of the answer that must not have been said."""


def packed(specimens: Sequence[Specimen]) -> bytes:
    """Return the blob of these cases; `unpacked` is its inverse."""
    entries, parts = [], []
    for one in specimens:
        entry: dict[str, Any] = {name: getattr(one, name) for name in ("stage", "label", "before", "after")}
        for name in ("original", "stimulus"):
            form, data = _bytes(getattr(one, name))
            entry[name] = [form, len(data)]
            parts.append(data)
        marks = {"marks": list(one.marks)} if one.marks else {}
        entries.append({**entry, **marks, "case": one.case.hex()})
    header = dumps({"schema": SCHEMA, "rows": entries})
    return MAGIC + struct.pack("<I", len(header)) + header + b"".join(parts)


def unpacked(data: bytes) -> tuple[Specimen, ...]:
    """Return the cases in a blob.

    Raises:
        EvidenceError: If it is not such a blob, or anything in it would have to be unpickled.
    """
    start = len(MAGIC) + 4
    if data[: len(MAGIC)] != MAGIC or len(data) < start:
        raise EvidenceError("not a blob of stimuli: it does not begin with SEASTIM1")
    at = start + int(struct.unpack_from("<I", data, len(MAGIC))[0])
    try:
        found = []
        for entry in _rows(loads(data[start:at])):
            values = {**entry, "marks": tuple(entry.get("marks", ()))}
            for name in ("original", "stimulus"):
                form, length = entry[name]
                values[name], at = _value(form, data[at : at + length], length), at + length
            found.append(Specimen(**{**values, "case": bytes.fromhex(entry["case"])}))
    except (KeyError, TypeError, ValueError) as error:
        raise EvidenceError(f"not a blob of stimuli: {error}") from error
    if at != len(data):
        raise EvidenceError("the blob of stimuli is truncated or has trailing bytes")
    return tuple(found)


def _rows(head: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    if head["schema"] != SCHEMA:
        raise ValueError(f"form {head['schema']!r} is not {SCHEMA}: a newer release of seatrial reads it")
    rows: Sequence[Mapping[str, Any]] = head["rows"]
    return rows


def _bytes(value: Any) -> tuple[str, bytes]:
    if isinstance(value, str):
        return "json", dumps(value)
    if isinstance(value, tuple) and value and all(isinstance(turn, Message) for turn in value):
        return "json", dumps([{"role": turn.role, "content": turn.content} for turn in value])
    if isinstance(value, Mapping):
        return _table_bytes(value)
    array = np.asarray(value) if isinstance(value, np.ndarray | np.generic | int | float) else None
    return ("none", b"") if array is None or array.dtype.hasobject else ("npy", _npy(array))


def _npy(array: Any) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.ascontiguousarray(array).reshape(array.shape), allow_pickle=False)
    return stream.getvalue()


def _table_bytes(value: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return a row, or a table, which is kept as a row if it has one."""
    if any(np.asarray(part).dtype.kind not in "fiubU" or np.ndim(part) > 1 for part in value.values()):
        return "none", b""
    arrays = {name: np.atleast_1d(np.asarray(part)) for name, part in value.items()}
    try:
        if all(len(part) == 1 for part in arrays.values()):
            return "row", dumps([[name, part.dtype.kind, _cell(part[0])] for name, part in arrays.items()])
        return "table", dumps([[name, b64encode(_npy(part)).decode()] for name, part in arrays.items()])
    except (TypeError, ValueError):  # a text that is no Unicode, or a number that JSON cannot hold
        return "none", b""


def _cell(value: Any) -> Any:
    plain = value.item()
    return plain if not isinstance(plain, float) or math.isfinite(plain) else repr(plain)


def _value(form: str, data: bytes, length: int) -> Any:
    if len(data) != length or form not in ("npy", "json", "row", "table", "none"):
        raise ValueError("a part is missing")
    if form == "none":
        return None
    if form == "npy":
        return np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    found = loads(data)
    if form == "row":
        return {str(name): _KINDS[kind](cell) for name, kind, cell in found}
    if form == "table":
        return Frame({str(name): _value("npy", raw, len(raw)) for name, raw in ((n, b64decode(b)) for n, b in found)})
    return found if isinstance(found, str) else tuple(Message(turn["role"], turn["content"]) for turn in found)


_KINDS = {"f": float, "i": int, "u": int, "b": bool, "U": str}
"""Numpy's letter for a kind -> what a cell of it is."""
