"""How the answers of a target are read: as one class of several, as many labels, as a number."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Head:
    """What an oracle must know of a column of answers."""

    gives: str = ""
    """`Face.gives`; empty if nobody says, then columns are scores of classes."""
    many: bool = False
    """Whether each column is a yes or no of its own: above 0 for logits, above one half for probabilities."""
    watched: tuple[int, ...] = ()
    """Of many labels, the outputs of which a flip counts; empty is all."""
    tolerance: float = 0.0
    """Of a number: how far from the true one is still right; 0 if nobody says."""

    @property
    def middle(self) -> float:
        """Where no becomes yes, if it gives many labels."""
        return 0.5 if self.gives == "probabilities" else 0.0
