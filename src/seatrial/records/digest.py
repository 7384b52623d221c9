"""The name of a case: the digest of its own content.

Equal inputs are one case, wherever they come from.  The bytes that are hashed are
`seatrial/case/v1 NUL kind NUL content`, with this content per kind:

* `array`: dtype (`<f4`), shape (`1,28,28`), NUL, the values in C order, little-endian, with -0.0 as 0.0;
* `text`: UTF-8 (a text in an array is one too, however wide the array is);
* `talk`: canonical JSON (RFC 8785) of `[{"content", "role"}, ...]`;
* `table`: for each name in alphabetical order its UTF-8, NUL, and the digest of that array.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.proof.canonical import dumps
from seatrial.records.batch import Batch, Message, count, plain

_LABEL = b"seatrial/case/v1\0"


def case_digest(row: Any) -> bytes:
    """Return the 32-byte digest of one case.

    Args:
        row: One array (any library), number, text, conversation, or mapping of arrays; no cases axis.

    Raises:
        TypeError: If it holds Python objects, whose content has no bytes.
    """
    if isinstance(row, str):
        return sha256(_LABEL + b"text\0" + row.encode()).digest()
    if isinstance(row, Mapping):
        parts = (name.encode() + b"\0" + case_digest(row[name]) for name in sorted(row))
        return sha256(_LABEL + b"table\0" + b"".join(parts)).digest()
    if isinstance(row, tuple) and all(isinstance(turn, Message) for turn in row):
        talk = [{"role": turn.role, "content": turn.content} for turn in row]
        return sha256(_LABEL + b"talk\0" + dumps(talk)).digest()
    return column_digests(np.asarray(plain(row))[None])[0]


def column_digests(column: Any) -> tuple[bytes, ...]:
    """Return the digest of every row of a column; the same as `case_digest` row by row, in one pass."""
    if isinstance(column, Mapping):
        return _row_digests(column)
    if isinstance(column, tuple):
        return tuple(case_digest(row) for row in column)
    whole = _bytes_of(np.asarray(plain(column)))
    if whole.dtype.kind == "U" and whole.ndim == 1:
        return tuple(case_digest(str(text)) for text in whole)
    shape = ",".join(map(str, whole.shape[1:]))
    head = _LABEL + b"array\0" + f"{whole.dtype.str}{shape}\0".encode()
    return tuple(sha256(head + row.tobytes()).digest() for row in whole)


def group_texts(batch: Batch[Any]) -> list[str]:
    """Return the group of each case as a text; empty texts where the source names none that can be one."""
    groups = None if batch.groups is None else np.asarray(batch.groups)
    if groups is None or groups.shape != (len(batch),) or groups.dtype.kind not in "iubU":
        return [""] * len(batch)
    return [str(group) for group in groups.tolist()]


def group_name(text: str) -> bytes:
    """Return a group in 32 bytes of UTF-8 at most: a longer name is cut, and told apart by a digest."""
    data = text.encode("utf-8", "replace")
    if len(data) <= 32:
        return data
    mark = sha256(data).hexdigest()[:8].encode()
    return data[:23].decode("utf-8", "ignore").encode() + b"~" + mark


def _row_digests(table: Mapping[str, Any]) -> tuple[bytes, ...]:
    """Return the digest of every row of a mapping of columns."""
    head = _LABEL + b"table\0"
    parts = [(name.encode() + b"\0", column_digests(table[name])) for name in sorted(table)]
    return tuple(
        sha256(head + b"".join(name + column[row] for name, column in parts)).digest() for row in range(count(table))
    )


def _bytes_of(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if values.dtype.hasobject:
        raise TypeError(f"an array of {values.dtype} has no content to hash; use numbers or texts")
    little = values.astype(values.dtype.newbyteorder("<"), order="C", copy=False)
    return little + little.dtype.type(0) if little.dtype.kind == "f" else little
