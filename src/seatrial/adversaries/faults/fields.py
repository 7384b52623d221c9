"""Fields of table rows, whether the rows are a `Frame` or an array: which are there, and rows without some of them."""

from __future__ import annotations

from typing import Any, TypeVar

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.errors import Problem, TrialError
from seatrial.records.batch import Frame, plain

X = TypeVar("X")

Marks = npt.NDArray[np.bool_]


def filled(column: Any) -> Marks:
    """Return `(n, columns)`: which fields hold something.

    Raises:
        TrialError: If the rows are no table, or hold whole numbers, which cannot be missing.
    """
    if isinstance(column, Frame):
        return np.stack([part != "" if part.dtype.kind == "U" else ~np.isnan(part) for part in column.values()], axis=1)
    rows = np.asarray(plain(column))
    if rows.ndim != 2 or rows.dtype.kind != "f":
        what = f"are {rows.dtype} of shape {rows.shape[1:]}, in which no field can be missing"
        raise TrialError(Problem("cases", what, "rows of a table are a Frame, or floats (n, columns)"))
    found: Marks = ~np.isnan(rows)
    return found


def emptied(column: X, gone: Marks) -> X:
    """Return the rows without these fields: NaN for numbers, an empty text for texts.

    Args:
        column: A `Frame`, or floats `(n, columns)` of any library.
        gone: `(n, columns)`.
    """
    if isinstance(column, Frame):
        parts = enumerate(column.items())
        nothing = {"U": np.str_("")}
        return Frame(  # type: ignore[return-value]
            {name: np.where(gone[:, at], nothing.get(part.dtype.kind, np.nan), part) for at, (name, part) in parts}
        )
    rows: Any = column
    xp = array_api_compat.array_namespace(rows)
    where = xp.asarray(gone, device=array_api_compat.device(rows))
    made: X = xp.where(where, xp.full_like(rows, float("nan")), rows)
    return made
