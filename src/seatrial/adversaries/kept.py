"""What a hunt for the nearest break will hand back: the best point of every case, however many rows search for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.records.batch import copied


@dataclass(frozen=True, slots=True)
class Kept:
    """What is handed back so far, and how good it is; changed in place."""

    points: Any
    """`(cases, ...)`."""
    reached: npt.NDArray[Any]
    """`(cases,)`: distance of a break inside the ball, infinite without one."""
    least: npt.NDArray[Any]
    """`(cases,)`: smallest margin inside the ball."""

    @classmethod
    def of(cls, inputs: Any) -> Kept:
        """Return what there is before anything was asked: the untouched cases."""
        return cls(copied(inputs), np.full(len(inputs), np.inf), np.full(len(inputs), np.inf))

    def take(
        self, cases: npt.NDArray[np.intp], points: Any, reached: npt.NDArray[Any], least: npt.NDArray[Any]
    ) -> None:
        """Take in rows, where they are better than what there is of their case: nearer, or of smaller margin."""
        order = np.lexsort((np.arange(len(cases)), least, reached, cases))
        _, first = np.unique(cases[order], return_index=True)
        best = order[first]
        at = cases[best]
        better = (reached[best] < self.reached[at]) | (
            (reached[best] == self.reached[at]) & (least[best] < self.least[at])
        )
        best, at = best[better], at[better]
        self.points[at] = points[best]
        self.reached[at], self.least[at] = reached[best], least[best]
