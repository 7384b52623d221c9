"""Answers that do not depend on how many were asked at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.records.batch import count, rows


def in_blocks(answer: Callable[[Any], Any], inputs: Any, size: int) -> npt.NDArray[Any]:
    """Return the answers to all rows, asked in blocks of exactly `size` rows.

    The last block is filled by repeating its last row.  Inputs without a row, or without a cases axis, go as they are.

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
        index = np.minimum(np.arange(first, first + size), wanted - 1)
        parts.append(np.asarray(answer(rows(inputs, index))))
    return np.concatenate(parts)[:wanted]
