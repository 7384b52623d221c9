r"""The bytes of some cases of a shard, before and after, for reports and for replay elsewhere.

    "SEASTIM1" \n | header length, u4 LE | canonical JSON header | parts, back to back

One row per kept case: {case, stage, label, before, after, original, stimulus} and, where something was said that must
not be, {marks}; `original` and `stimulus` are a form and a length: `npy` (numpy format 1.0, never with pickle), `json`
(a text, or a conversation), or `none`.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.errors import EvidenceError
from seatrial.proof.canonical import dumps, loads
from seatrial.records.batch import Message

MAGIC = b"SEASTIM1\n"


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
    """Numpy array, number, text or conversation; None if it has no safe form."""
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
    header = dumps({"schema": 1, "rows": entries})
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
        for entry in loads(data[start:at])["rows"]:
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


def _bytes(value: Any) -> tuple[str, bytes]:
    if isinstance(value, str):
        return "json", dumps(value)
    if isinstance(value, tuple) and value and all(isinstance(turn, Message) for turn in value):
        return "json", dumps([{"role": turn.role, "content": turn.content} for turn in value])
    array = np.asarray(value) if isinstance(value, np.ndarray | np.generic | int | float) else None
    if array is None or array.dtype.hasobject:
        return "none", b""
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.ascontiguousarray(array).reshape(array.shape), allow_pickle=False)
    return "npy", stream.getvalue()


def _value(form: str, data: bytes, length: int) -> Any:
    if len(data) != length or form not in ("npy", "json", "none"):
        raise ValueError("a part is missing")
    if form == "none":
        return None
    if form == "json":
        text = loads(data)
        return text if isinstance(text, str) else tuple(Message(turn["role"], turn["content"]) for turn in text)
    return np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
