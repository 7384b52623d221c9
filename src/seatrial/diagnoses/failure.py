"""Indicators that an attack failed, not that a model held, read from its path (Pintor et al., arXiv:2106.09947)."""

from __future__ import annotations

from typing import Any

import numpy as np

from seatrial.diagnoses.sign import numbers, share, sign
from seatrial.records.finding import Finding

MOST = 0.5
"""Share of the cases from which on a sign counts."""
TAIL = 0.5
"""Share of the whole way that is made in the last fifth of the steps, if a climb was cut off."""


def wandering(path: Any) -> Finding:
    """Return whether the margin goes up again as much as it went down.

    Args:
        path: Margins along an attack `(steps, n)`, the untouched case first.
    """
    path = numbers(path)
    moves = np.diff(path, axis=0)
    up, down = np.clip(moves, 0, None).sum(axis=0), np.clip(-moves, 0, None).sum(axis=0)
    said = "For {share} of the cases the margin rose nearly as much as it fell on the way: the climb goes nowhere."
    return sign("wandering", share((up > 0.8 * down) & (up > 0)), MOST, path.shape[1], said)


def unfinished(path: Any) -> Finding:
    """Return whether the attack ended while it still won a lot.

    Args:
        path: Margins along an attack `(steps, n)`, the untouched case first.
    """
    best = np.minimum.accumulate(numbers(path), axis=0)
    tail = max(1, len(best) // 5)
    with np.errstate(invalid="ignore", divide="ignore"):
        late = (best[-1 - tail] - best[-1]) / (best[0] - best[-1])
    said = "For {share} of the cases most of what the attack won came in its last steps: it was cut off."
    return sign("unfinished", share(late > TAIL), MOST, best.shape[1], said)


def silent(path: Any) -> Finding:
    """Return whether points on the way broke the case and the last one does not: what an attack loses that keeps none.

    Args:
        path: Margins along an attack `(steps, n)`, the untouched case first.
    """
    margins = numbers(path)
    lost = (margins.min(axis=0) < 0) & ~(margins[-1] < 0)
    said = "{share} of the cases were broken on the way and not at its end: who keeps the last point sees nothing."
    return sign("silent", share(lost), MOST, margins.shape[1], said)
