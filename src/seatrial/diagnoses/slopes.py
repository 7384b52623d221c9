"""Signs in the gradient: it is zero, not a number, far too large, or does not point where the loss rises."""

from __future__ import annotations

from typing import Any

import numpy as np

from seatrial.diagnoses.sign import numbers, share, sign
from seatrial.records.finding import Finding

SOME, MANY = 0.1, 0.25
"""Shares of the cases from which on a sign counts."""
STEEP = 30.0
"""A gradient that promises so many times what a change of the same size gives is too steep to be followed."""


def vanishing(slopes: Any) -> Finding:
    """Return whether gradients are zero.

    Args:
        slopes: Gradients of the margin at the inputs `(n, ...)`.
    """
    flat = numbers(slopes).reshape(len(slopes), -1)
    said = "{share} of the gradients are zero in every number: there is nothing to follow."
    return sign("vanishing", share((flat == 0).all(axis=1)), SOME, len(flat), said)


def saturated(climbed: Any, margins: Any) -> Finding:
    """Return whether the gradient of the cross-entropy has underflowed where that of the margin has not.

    Args:
        climbed: Gradients of the cross-entropy `(n, ...)`.
        margins: Gradients of the margin `(n, ...)`.
    """
    flat, other = (numbers(one).reshape(len(one), -1) for one in (climbed, margins))
    lost = (flat == 0).all(axis=1) & (other != 0).any(axis=1)
    said = "{share} of the gradients of the cross-entropy are zero because the scores are saturated."
    return sign("saturated", share(lost), SOME, len(flat), said)


def exploding(slopes: Any, promised: Any, given: Any) -> Finding:
    """Return whether gradients are not numbers, or promise far more than a change of the allowed size gives.

    Args:
        slopes: Gradients of the margin at the inputs `(n, ...)`.
        promised: Change of the margin that the gradient promises for the whole radius `(n,)`.
        given: Largest change of the margin that was seen within the radius `(n,)`.
    """
    flat = numbers(slopes).reshape(len(slopes), -1)
    with np.errstate(invalid="ignore"):
        steep = numbers(promised) > STEEP * np.maximum(numbers(given), 1e-12)
    said = "{share} of the gradients are not numbers, or promise many times what any change within the radius gave."
    return sign("exploding", share(~np.isfinite(flat).all(axis=1) | steep), SOME, len(flat), said)


def shattered(along: Any, random: Any) -> Finding:
    """Return whether random directions do better than the gradient.

    Args:
        along: Margin after a step along the gradient `(n,)`.
        random: Margins after steps of the same length in random directions `(n, directions)`.
    """
    tried = numbers(random)
    beaten = tried.min(axis=1, initial=np.inf) < numbers(along) if len(tried) else np.zeros(0, dtype=bool)
    said = "For {share} of the cases a random direction lowered the margin more than the gradient did."
    return sign("shattered", share(beaten), MANY, len(tried), said)
