"""What a cascade knows of the cases of a shard: who stands, how near each came, and where.

Every stage takes some cases from the board, searches, and puts down what it found.  Order among cases is by what was
found and then by digest, never by position, so a cascade is a function of the cases of its shard in any order.
"""

from __future__ import annotations

from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.chase import Chase
from seatrial.records.batch import Array, Attempts, Batch, copied
from seatrial.records.threat import Ball

Rows = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


class Board:
    """The cases of a shard during a cascade; row i is case i."""

    def __init__(self, batch: Batch[Array], bench: Bench[Ball], *, spent: Any = None) -> None:
        """Begin with every case standing.

        Args:
            batch: The shard.
            bench: What the harness lends.
            spent: Rows that the target was asked for each case before `(n,)`; None is none.
        """
        size = len(batch)
        self._batch, self._bench = batch, bench
        self.points: Any = copied(batch.inputs)
        """The point of smallest margin."""
        self.least: Floats = np.full(size, np.inf)
        """Its margin; below 0 the case has fallen."""
        self.gaps: Floats | None = None
        """Smallest margin of every way of falling `(n, ways)`, over all passes so far."""
        self.spent = np.zeros(size, dtype=np.int64) if spent is None else np.array(spent, dtype=np.int64)
        """Rows that the target was asked."""
        self.rank: Rows = np.empty(size, dtype=np.intp)
        """Place of each case in the order of digests: what decides between equals."""
        self.rank[np.array(sorted(range(size), key=lambda at: batch.ids[at]), dtype=np.intp)] = np.arange(size)

    def standing(self) -> Rows:
        """Return who has not fallen and can still be asked, smallest margin first."""
        left = self._bench.left
        able = ~(self.least < 0) & ((left <= 0) | (self.spent < left))
        return self.sorted(np.flatnonzero(able), self.least)

    def sorted(self, rows: Rows, key: Floats) -> Rows:
        """Return cases in the order of a number, smallest first and NaN last; equals by digest."""
        return rows[np.lexsort((self.rank[rows], key[rows]))]

    def chase(self, target: Any, rows: Rows, ways: Any = None) -> Chase:
        """Return a chase of these cases, which knows what is known of them.

        Args:
            target: What answers; its margins have the signs of the target's own.
            rows: Cases; one may be named several times.
            ways: The way that each row is pushed to, in numpy; None if the loss is not targeted.
        """
        xp, device = array_api_compat.array_namespace(self.points), array_api_compat.device(self.points)
        pushed = None if ways is None else xp.asarray(ways, device=device)
        made = Chase(target, self._batch, self._bench, among=rows, spent=self.spent, ways=pushed)
        made.best = self.points[rows]
        known = np.where(np.isnan(self.least), np.inf, self.least)[rows]
        made.least = xp.asarray(known, dtype=self.points.dtype, device=device)
        made.watch()
        return made

    def settle(self, rows: Rows, chase: Chase) -> int:
        """Put down what a chase of these cases found; return how many fell in it."""
        points, least, gaps = chase.figures()
        order = np.lexsort((least, rows))
        first = order[np.flatnonzero(np.diff(rows[order], prepend=-1))]
        better = first[least[first] < self.least[rows[first]]]
        fell = int(((least[better] < 0) & ~(self.least[rows[better]] < 0)).sum())
        self.points[rows[better]], self.least[rows[better]] = points[better], least[better]
        if gaps is not None:
            self.gaps = np.full((len(self.least), gaps.shape[1]), np.inf) if self.gaps is None else self.gaps
            np.fmin.at(self.gaps, rows, gaps)
        return fell

    def attempts(self) -> Attempts[Array]:
        """Return the point of smallest margin of every case."""
        return Attempts(stimuli=self.points)
