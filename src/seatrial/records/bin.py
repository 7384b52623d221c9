"""One bar of a reliability diagram."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases whose confidence lies in one interval."""

    low: float
    """Confidence above this; the first bin holds 0, too."""
    high: float
    """Confidence up to this."""
    count: int
    confidence: float
    """Their mean confidence; 0 of none."""
    accuracy: float
    """Share that is right; 0 of none."""
