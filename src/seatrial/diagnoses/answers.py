"""Signs in the answers themselves: they change when asked again, or with the company of a case."""

from __future__ import annotations

from typing import Any

import numpy as np

from seatrial.diagnoses.sign import numbers, share, sign
from seatrial.records.finding import Finding

AGAIN, BESIDE = 1e-6, 1e-3
"""Differences that are rounding, as shares of the largest answer: on asking again, and beside other cases."""


def unstable(first: Any, again: Any) -> Finding:
    """Return whether the answers to the same inputs differ from one question to the next.

    Args:
        first: Responses `(n, ...)`.
        again: Those to the same inputs, asked again.
    """
    said = "{share} of the cases were answered differently when asked again: the model draws by chance."
    return sign("unstable", share(_apart(first, again, AGAIN)), 0.0, len(numbers(first)), said)


def company(together: Any, apart: Any) -> Finding:
    """Return whether the answer to a case depends on the other cases of the batch, as in training mode.

    Args:
        together: Responses `(n, ...)` of a batch.
        apart: Those to the same inputs in other company.
    """
    said = "{share} of the cases were answered differently beside other cases: the model looks at its whole batch."
    return sign("company", share(_apart(together, apart, BESIDE)), 0.0, len(numbers(together)), said)


def _apart(one: Any, other: Any, tolerance: float) -> Any:
    one, other = numbers(one).reshape(len(one), -1), numbers(other).reshape(len(other), -1)
    scale = float(np.abs(np.where(np.isfinite(one), one, 0.0)).max(initial=0.0))
    with np.errstate(invalid="ignore"):
        near = np.abs(one - other) <= tolerance * scale
    same = near | (np.isnan(one) & np.isnan(other)) | (one == other)
    return ~same.all(axis=1)
