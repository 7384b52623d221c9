r"""A report for programs: one canonical JSON object (RFC 8785), versioned by its `schema`.

`schema/v1.json` beside this file describes it.  Equal dossiers give equal bytes.  Stimuli that are
arrays are left out and named by a digest instead: SHA-256 over `dtype shape\n` in ASCII, for example
`float32 1,28,28`, and then the values, little-endian, in C order.  A number that does not exist is null.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from seatrial.proof import canonical
from seatrial.records.card import Card
from seatrial.reports.reporter import Dossier, Reporter

SCHEMA = "seatrial/report/v1"
LATER = ("masking", "steps", "finding", "spent", "first", "risks", "untouched")
"""Fields that came after the first release: left out where they are empty, so that old reports are what they were."""


@dataclass(frozen=True, slots=True)
class Json:
    """Renders a dossier as canonical JSON."""

    def render(self, dossier: Dossier, /) -> bytes:
        """Return the JSON object, UTF-8, without a line feed at its end."""
        return canonical.dumps({"schema": SCHEMA, **plain(dossier)})


def plain(value: Any) -> Any:
    """Return a record as what JSON has: objects, lists, texts, numbers, null."""
    if is_dataclass(value):
        told = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return {name: part for name, part in told.items() if part or name not in LATER}
    if isinstance(value, np.ndarray):
        return named(value)
    if isinstance(value, Mapping):
        return {plain_text(str(name)): plain(part) for name, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(part) for part in value]
    return _scalar(value)


def named(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return what stands for an array: its dtype, its shape, and a digest of both with its values."""
    dtype, shape = array.dtype.name, [int(side) for side in array.shape]
    if array.dtype.hasobject:
        data = repr(array.tolist()).encode("utf-8", "backslashreplace")
    else:
        data = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()
    head = f"{dtype} {','.join(map(str, shape))}\n".encode("ascii")
    return {"dtype": dtype, "shape": shape, "digest": canonical.digest(head + data)}


def plain_text(text: str) -> str:
    r"""Return a text that UTF-8 can hold: a lone surrogate becomes `\udcff`."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _scalar(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return plain_text(str(value))


CARD: Card[Reporter] = Card(make=Json, title="Canonical JSON for programs")
