"""A child beside its parent on the same cases: what was lost, what was won, and whether that may be chance."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.proof.bounds import tail_at_least

Stands = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Cases in which two models differ."""

    lost: int
    """The parent is right, the child is not."""
    won: int
    """The child is right, the parent is not."""

    @property
    def chance(self) -> float:
        """How often a fair coin splits them as unevenly or more: the exact two-sided sign test (McNemar's).

        Cases in which both say the same tell nothing of a difference; with none but these it is 1.
        """
        differ = self.lost + self.won
        return float(min(Fraction(1), 2 * tail_at_least(differ, max(self.lost, self.won), Fraction(1, 2))))

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"lost": self.lost, "won": self.won, "chance": float(f"{self.chance:.3g}")}


def pairs(child: Stands, parent: Stands) -> Pairs:
    """Return in how many cases two models differ.

    Args:
        child: Which cases the child stands, `(n,)`.
        parent: Which of the same cases the parent stands.

    Raises:
        ValueError: If these are not as many.
    """
    if child.shape != parent.shape:
        raise ValueError(f"{len(child)} cases beside {len(parent)}")
    return Pairs(int((parent & ~child).sum()), int((child & ~parent).sum()))
