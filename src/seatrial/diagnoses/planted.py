"""The binarisation test: an adversarial point is planted that is there for certain; does the attack find it?"""

from __future__ import annotations

from typing import Any

import numpy as np

from seatrial.diagnoses.sign import Floats, numbers, share, sign
from seatrial.records.finding import Finding

MISSED = 0.1
"""Share of the planted points from which on missing them counts."""
NEARER = 0.9
"""Where the border is drawn between the points around a case and the planted one."""
RIDGE = 1e-3


def readout(around: Any, planted: Any) -> tuple[Floats, Floats, Any]:
    """Return a linear classifier per case that tells the planted point from those around the case.

    It is Fisher's discriminant on the model's own scores (Zimmermann et al., arXiv:2206.13991, train a readout of
    features), its border close to the planted point.

    Args:
        around: Scores of points around each case `(n, points, scores)`.
        planted: Scores of its planted point `(n, scores)`.

    Returns:
        Weights `(n, scores)`, borders `(n,)` and which cases can be told apart at all `(n,)` of bool.
    """
    around, planted = numbers(around), numbers(planted)
    spread = around - around.mean(axis=1, keepdims=True)
    apart = planted - around.mean(axis=1)
    within = np.einsum("npi,npj->nij", spread, spread) / max(around.shape[1], 1)
    size = np.trace(within, axis1=1, axis2=2) + (apart**2).sum(axis=1)
    within += (RIDGE * size + 1e-30)[:, None, None] * np.eye(around.shape[2])
    weights = np.linalg.solve(within, apart[..., None])[..., 0]
    weights /= np.maximum(np.abs(weights).max(axis=1, keepdims=True), 1e-30)
    nearest, there = np.einsum("npi,ni->np", around, weights).max(axis=1), (planted * weights).sum(axis=1)
    able = (there > nearest + 1e-5 * np.abs(there)) & np.isfinite(there)
    return weights, nearest + NEARER * (there - nearest), able


def planted(found: Any, able: Any) -> Finding:
    """Return whether an attack misses points that are there for certain.

    Args:
        found: Whether it found one behind the border `(n,)`.
        able: For which cases there was a border.
    """
    found, able = np.asarray(found, dtype=bool), np.asarray(able, dtype=bool)
    said = "{share} of the adversarial points that had been planted were not found by following the gradient."
    return sign("planted", share(~found[able]), MISSED, int(able.sum()), said)
