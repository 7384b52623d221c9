"""What a diagnosis says of a robust claim: whether the model hides its weakness from an attack."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One question put to the numbers of an attack on one shard, and its answer."""

    name: str
    """Id of the question, on the shelf of diagnoses: `vanishing`, `unstable`."""
    found: bool
    """Whether the sign of masking was there."""
    figure: float
    """What was measured."""
    limit: float
    """Where it begins to count."""
    cases: int
    """Cases that it was measured on."""
    said: str
    """One sentence for the reader of a report."""
    answer: str = ""
    """What was switched on because of it, in one sentence; empty if nothing was."""
