"""The active set of an attack: the cases that still stand, and the best point found for each.

A case leaves in the very iteration in which it falls, so it costs nothing more.  What a case gets does not
depend on who else is there.
"""

from __future__ import annotations

from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.aims import Aim, aim
from seatrial.adversaries.norms import Room
from seatrial.records.batch import Array, Attempts, Batch, copied, plain, rows
from seatrial.records.random import Random
from seatrial.records.threat import Ball


class Chase:
    """One attack on one shard, in progress."""

    def __init__(self, target: Any, batch: Batch[Array], bench: Bench[Ball]) -> None:
        """Begin with every case standing and nothing asked.

        Raises:
            CasesError: If the cases have no labels.
        """
        self.aim: Aim = aim(target.face, batch.labels)
        """What is wanted of the standing cases."""
        self._whole, self._bench = target, bench
        self._found: Any = copied(batch.inputs)
        self._passes = 0
        self.rows = np.arange(len(batch))
        """Positions in the batch of the cases that stand."""
        self.room = Room.around(bench.threat, batch.inputs)
        self.random: Random = bench.random
        self.best: Any = batch.inputs
        """The point of smallest margin per standing case."""
        self.least: Any = None
        """Its margin."""
        self.target = bench.at(target, self.rows)
        """The target, asked for the standing cases."""

    def over(self) -> bool:
        """Return whether nobody stands, or the query budget of the threat is used up."""
        return self.rows.size == 0 or (0 < self._bench.left <= self._passes)

    def note(self, point: Any, responses: Any) -> Any:
        """Remember the best points; return who still stands, as a numpy mask."""
        xp = array_api_compat.array_namespace(point)
        now = self.aim.margin(responses)
        self._passes += 1
        better = None if self.least is None else (now < self.least) | xp.isnan(self.least)
        if better is None or bool(xp.all(better)):
            self.best, self.least = point, now
        else:
            shape = (-1, *([1] * (point.ndim - 1)))
            self.best = xp.where(xp.reshape(better, shape), point, self.best)
            self.least = xp.where(better, now, self.least)
        return ~np.asarray(plain(now) < 0)

    def drop(self, standing: Any, *also: Any) -> tuple[Any, ...]:
        """Let the fallen leave with their best points; return the rows of `also` that stand."""
        if standing.all():
            return also
        gone, kept = np.flatnonzero(~standing), np.flatnonzero(standing)
        self._found[self.rows[gone]] = self.best[gone]
        self.rows, self.room, self.random = self.rows[kept], self.room.at(kept), self.random.at(kept)
        self.aim, self.best, self.least = self.aim.at(kept), self.best[kept], self.least[kept]
        self.target = self._bench.at(self._whole, self.rows)
        return tuple(rows(column, kept) for column in also)

    def ask(self, point: Any, *also: Any) -> tuple[Any, ...]:
        """Ask about one point per standing case; the fallen leave; return the rows of `also` that stand."""
        return self.drop(self.note(point, self.target.respond(point)), *also)

    def pull(self, point: Any, name: str, *also: Any) -> tuple[Any, ...]:
        """Ask and differentiate in one pass; the fallen leave.

        Args:
            point: One point per standing case.
            name: The loss, a key of `losses.LOSSES`.
            also: Columns to cut to the cases that stand.

        Returns:
            The gradient uphill, the point and `also`, for those who stand.  The pass is made even if nobody stands:
            what a case is charged must not depend on its neighbours.
        """
        responses, back = self.target.linearise(point)
        standing = self.note(point, responses)
        gradient = back(self.aim.slope(name, responses))
        return self.drop(standing, gradient, point, *also)

    def forget(self) -> None:
        """Let the next point count as the best so far, whatever came before."""
        self.least = None

    def attempts(self) -> Attempts[Array]:
        """Return one stimulus per case: where it fell, or the point of smallest margin."""
        if self.rows.size:
            self._found[self.rows] = self.best
        return Attempts(stimuli=self._found)
