"""Which new cases may not be learned from: those that the gate or a rehearsal asks about, and what is as good as them.

What a digest sees: the same input, whatever file it comes in.  What more is looked at here: the same input stored
otherwise (eight bits, another float, spaces and capitals of a text), and inputs that are suspiciously near.  What
nobody sees: a picture taken anew, a paraphrase, a row whose numbers changed as much as rows differ by themselves.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.records.batch import Texts, count, plain

LEVELS = 255
"""Steps of the input range below which two numbers are the same: what eight bits can tell apart."""
DIGITS = 6
"""Significant digits of a number in a table that are looked at."""
ROWS = 256
"""Rows that are compared at once."""


def shadows(column: Any, low: float | None = None, high: float | None = None) -> tuple[bytes, ...]:
    """Return for each row what is left of it when how it was stored does not count.

    Args:
        column: Inputs.
        low: Least input, where the model says so; else the numbers themselves are rounded.
        high: Largest input.
    """
    if isinstance(column, Texts):
        return tuple(sha256(_text(one).encode()).digest() for one in column)
    if isinstance(column, Mapping):
        parts = [[_cell(value) for value in np.asarray(part).tolist()] for _, part in sorted(column.items())]
        return tuple(sha256("\0".join(row).encode()).digest() for row in zip(*parts, strict=True))
    if isinstance(column, tuple):
        talks = ("\0".join(_text(turn.content) for turn in talk) for talk in column)
        return tuple(sha256(one.encode()).digest() for one in talks)
    return tuple(sha256(row.tobytes()).digest() for row in _coarse(column, low, high))


def _coarse(column: Any, low: float | None, high: float | None) -> npt.NDArray[Any]:
    numbers = np.asarray(plain(column), dtype=np.float64)
    flat = numbers.reshape(len(numbers), -1)
    if low is None or high is None or not high > low:
        with np.errstate(all="ignore"):
            scale = 10.0 ** (DIGITS - 1 - np.floor(np.log10(np.abs(flat))))
        return np.where(np.isfinite(scale) & (flat != 0), np.round(flat * scale) / scale, flat) + 0.0
    return np.round((flat - low) / (high - low) * LEVELS).astype(np.int32)


def _text(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _cell(value: Any) -> str:
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else _text(str(value))


def nearest(new: Any, sealed: Any, norm: str) -> npt.NDArray[np.float64]:
    """Return how far the nearest sealed row is from each new one, `(n,)`.

    Args:
        new: Arrays, cases first; anything else is infinitely far.
        sealed: Arrays of the same shape.
        norm: In what it is measured; in one that is not known everything is infinitely far.
    """
    least = np.full(count(new), np.inf)
    if not isinstance(new, np.ndarray) or not isinstance(sealed, np.ndarray) or not len(sealed):
        return least
    theirs = sealed.reshape(len(sealed), -1).astype(np.float64)
    for first in range(0, len(new), ROWS):
        ours = new[first : first + ROWS]
        least[first : first + ROWS] = _least(ours.reshape(len(ours), -1).astype(np.float64), theirs, norm)
    return least


def _least(ours: npt.NDArray[Any], theirs: npt.NDArray[Any], norm: str) -> npt.NDArray[np.float64]:
    least = np.full(len(ours), np.inf)
    if norm == "l2":
        square = (ours**2).sum(1)[:, None] + (theirs**2).sum(1)[None] - 2 * ours @ theirs.T
        return np.asarray(np.sqrt(np.maximum(square.min(1), 0)))
    if norm in _LENGTHS:
        for row in theirs:
            least = np.minimum(least, _LENGTHS[norm](np.abs(ours - row)))
    return least


_LENGTHS: Mapping[str, Callable[[npt.NDArray[Any]], npt.NDArray[Any]]] = {
    "linf": lambda away: away.max(1),
    "l1": lambda away: away.sum(1),
    "l0": lambda away: (away > 0).sum(1),
}
