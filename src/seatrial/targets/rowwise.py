"""Answers that do not depend on how many were asked at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.records.batch import count, rows

SHORT = 64
"""Characters of a text that fills a block: a very long one, repeated, would cost a block of very long ones."""


def in_blocks(answer: Callable[[Any], Any], inputs: Any, size: int) -> npt.NDArray[Any]:
    """Return the answers to all rows, asked in blocks of exactly `size` rows.

    The last block is filled by repeating its last row (of a text, its beginning).  Inputs without a row, or without a
    cases axis, go as they are.

    Args:
        answer: Gives one row per row of a column.
        inputs: A column: an array, a mapping of arrays, or a tuple.
        size: Rows per block; below 2, all are asked at once.
    """
    if size < 2 or (isinstance(inputs, np.ndarray) and not inputs.ndim) or not count(inputs):
        return np.asarray(answer(inputs))
    wanted = count(inputs)
    parts = []
    for first in range(0, wanted, size):
        block = rows(inputs, np.arange(first, min(first + size, wanted)))
        parts.append(np.asarray(answer(_filled(block, size))))
    return np.concatenate(parts)[:wanted]


def _filled(block: Any, size: int) -> Any:
    """Return a block with its last row repeated until it has so many."""
    if not isinstance(block, tuple):
        return rows(block, np.minimum(np.arange(size), count(block) - 1))
    last = block[-1][:SHORT] if isinstance(block[-1], str) else block[-1]
    return type(block)((*block, *(last for _ in range(size - len(block)))))
