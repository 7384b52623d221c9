"""A column of inputs as bytes, and back: what lessons are kept as.  Nothing is ever pickled."""

from __future__ import annotations

import io
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

import numpy as np

from seatrial.errors import EvidenceError, Problem
from seatrial.proof import canonical
from seatrial.records.batch import Frame, Message, Talks, Texts, plain


def unlike(column: Any, wanted: Any, where: str) -> list[Problem]:
    """Return in what a column has another form than the source's cases."""
    mine, theirs = _form(column), _form(wanted)
    return [] if mine == theirs else [Problem(where, f"holds {mine}, and the cases are {theirs}", "bring them alike")]


def _form(column: Any) -> str:
    if isinstance(column, Mapping):
        return "rows of a table with columns " + ", ".join(
            f"{name} ({part.dtype.kind})" for name, part in column.items()
        )
    if isinstance(column, tuple):
        return "texts" if isinstance(column, Texts) else "conversations"
    return f"arrays of {column.dtype} and shape {tuple(column.shape[1:])}"


def packed(column: Any) -> bytes:
    """Return a column as bytes; equal columns give equal bytes."""
    if isinstance(column, Mapping):
        return b"table\n" + canonical.dumps([[name, b64encode(_npy(part)).decode()] for name, part in column.items()])
    if isinstance(column, Texts):
        return b"texts\n" + canonical.dumps(list(column))
    if isinstance(column, tuple):
        return b"talks\n" + canonical.dumps([[[turn.role, turn.content] for turn in talk] for talk in column])
    return b"array\n" + _npy(np.asarray(plain(column)))


def unpacked(data: bytes) -> Any:
    """Return the column that `packed` wrote.

    Raises:
        EvidenceError: If it is none.
    """
    kind, _, body = data.partition(b"\n")
    try:
        if kind == b"array":
            return _array(body)
        said = canonical.loads(body)
        if kind == b"table":
            return Frame({str(name): _array(b64decode(part)) for name, part in said})
        if kind == b"texts":
            return Texts(said)
        if kind == b"talks":
            return Talks(tuple(Message(role, content) for role, content in talk) for talk in said)
    except (TypeError, ValueError) as error:
        raise EvidenceError(f"no pack of lessons: {error}") from error
    raise EvidenceError("no pack of lessons")


def _npy(array: Any) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.ascontiguousarray(array).reshape(np.shape(array)), allow_pickle=False)
    return stream.getvalue()


def _array(data: bytes) -> Any:
    return np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
