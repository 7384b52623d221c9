"""What an attack wants of a case: how far it is from falling, and which way is uphill, for every kind of answer.

An attack never looks at logits itself: it asks an aim for the margin and for the gradient with respect to what the
target gave, and so works on every head that has an aim.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

from seatrial.adversaries.losses import chained, logits, loss, margin
from seatrial.errors import CasesError, Problem
from seatrial.targets.target import Face


class Aim(Protocol):
    """What is wanted of some cases; row i speaks of case i."""

    def at(self, rows: Any) -> Aim:
        """Return the aim of these cases (numpy positions; a case may be named twice)."""
        ...

    def margin(self, responses: Any, /) -> Any:
        """Return `(n,)`: how far each case is from falling; below 0 it has fallen, 0 or NaN is no break."""
        ...

    def slope(self, name: str, responses: Any, /) -> Any:
        """Return the gradient of a loss with respect to the responses; uphill breaks.

        Args:
            name: A key of `losses.LOSSES`.
            responses: What the target gave.
        """
        ...


@dataclass(frozen=True, slots=True)
class Classes:
    """One column of scores per class, of which another than the true one shall come first."""

    gives: str
    """`logits` or `probabilities`."""
    labels: Any
    """True class of each case `(n,)`, in the target's library."""
    towards: Any = None
    """Class that each case is pushed to by targeted losses `(n,)`; a break is any other class all the same."""

    def at(self, rows: Any) -> Classes:
        """Return the aim of these cases."""
        towards = None if self.towards is None else self.towards[rows]
        return Classes(self.gives, self.labels[rows], towards)

    def pushed(self, towards: Any) -> Classes:
        """Return the same aim, pushed to these classes."""
        return replace(self, towards=towards)

    def margin(self, responses: Any, /) -> Any:
        """Return the score of the true class minus the largest other; of probabilities, of their logarithms."""
        return margin(logits(self.gives, responses), self.labels)

    def slope(self, name: str, responses: Any, /) -> Any:
        """Return the gradient of a loss with respect to the responses; uphill breaks."""
        made = loss(name)(logits(self.gives, responses), self.labels)
        return chained(self.gives, responses, made)


def aim(face: Face, labels: Any) -> Aim:
    """Return what an attack wants of cases with these labels, from a target with this face.

    Args:
        face: What the target takes and gives.
        labels: What is true of each case, in the target's library; None if nothing is known.

    Raises:
        CasesError: If the cases have no labels.
        TrialError: If the target gives nothing that an aim knows.
    """
    if labels is None:
        raise CasesError(Problem("cases", "have no labels, and this attack needs the true class"))
    return Classes(face.gives, labels)
