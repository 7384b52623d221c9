"""How often an attempt is presented to a target whose answers are drawn by chance."""

from __future__ import annotations

from seatrial.records.batch import Talks
from seatrial.targets.target import Face

ARRAYS, TALKS = 8, 3
"""Draws of a case where its scenario names none; conversations cost more."""


def presented(named: int, face: Face) -> int:
    """Return the draws of each case: one answer that is drawn by chance says nothing.

    Args:
        named: What the scenario says; 1 is its default.
        face: Of the target.
    """
    if not face.sampled:
        return 1
    return named if named > 1 else TALKS if face.takes is Talks else ARRAYS
