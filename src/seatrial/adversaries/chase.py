"""The active set of an attack: the cases that still stand, and the best point found for each.

A case leaves in the very iteration in which it falls, so it costs nothing more.  What a case gets does not
depend on who else is there.
"""

from __future__ import annotations

from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.aims import Aim, aim
from seatrial.adversaries.losses import gaps, loss, margin
from seatrial.adversaries.norms import Room
from seatrial.adversaries.slopes import each
from seatrial.records.batch import Array, Attempts, Batch, copied, plain, rows
from seatrial.records.random import Random
from seatrial.records.threat import Ball

PASS = 256
"""Rows that go through the target at once: more of them only push each other out of the processor's cache."""


class Chase:
    """One attack on one shard, or on some of its cases, in progress."""

    def __init__(
        self,
        target: Any,
        batch: Batch[Array],
        bench: Bench[Ball],
        *,
        among: Any = None,
        spent: npt.NDArray[np.int64] | None = None,
        ways: Any = None,
    ) -> None:
        """Begin with every case standing and nothing asked.

        Args:
            target: What answers.
            batch: The shard.
            bench: What the harness lends.
            among: Positions in the batch of the cases to attack, in numpy; one may be named several times, to be
                pushed to several ways of falling.  None is all.
            spent: Rows that the target was asked for each case of the batch before, `(n,)`; counted on here.
            ways: The way to which targeted losses push each row, in the target's library.

        Raises:
            CasesError: If the cases have no labels.
        """
        whole = among is None
        self.rows: npt.NDArray[np.intp] = np.arange(len(batch)) if whole else np.asarray(among, dtype=np.intp)
        """Positions in the batch of the cases that stand."""
        self.aim: Aim = aim(target.face, batch.labels)
        """What is wanted of the standing cases."""
        self.aim = self.aim if whole else self.aim.at(self.rows)
        self.aim = self.aim if ways is None else self.aim.pushed(ways)
        self._target, self._bench, self._alone = target, bench, len(set(self.rows.tolist())) == len(self.rows)
        self._places = np.arange(len(self.rows))
        self._spent = np.zeros(len(batch), dtype=np.int64) if spent is None else spent
        self.price = 1
        """Rows that the target is asked for one row of a pass."""
        inputs = batch.inputs if whole else batch.inputs[self.rows]
        self.room = Room.around(bench.threat, inputs)
        self.random: Random = bench.random if whole else bench.random.at(self.rows)
        self.best: Any = inputs
        """The point of smallest margin per standing case."""
        self.least: Any = None
        """Its margin."""
        self.gaps: Any = None
        """Smallest margin per standing case and way of falling, if `watch` was called."""
        self._found: Any = copied(inputs)
        self._figures: dict[str, Any] = {}
        self.target = bench.at(target, self.rows)
        """The target, asked for the standing cases."""

    def watch(self) -> None:
        """Keep the smallest margin of every way of falling from now on."""
        xp = array_api_compat.array_namespace(self.best)
        self.gaps = xp.asarray(float("inf"), dtype=self.best.dtype, device=array_api_compat.device(self.best))

    def over(self) -> bool:
        """Return whether nobody stands, or the query budget of the threat is used up."""
        left = self._bench.left
        return self.rows.size == 0 or bool(left > 0 and (self._spent[self.rows] + self.price > left).all())

    def note(self, point: Any, responses: Any) -> Any:
        """Remember the best points; return who still stands, as a numpy mask."""
        return self._noted(point, self.aim.scores(responses))

    def _noted(self, point: Any, scores: Any) -> Any:
        xp = array_api_compat.array_namespace(point)
        now = self._margins(xp, scores)
        np.add.at(self._spent, self.rows, self.price)
        better = None if self.least is None else (now < self.least) | xp.isnan(self.least)
        if better is None or bool(xp.all(better)):
            self.best, self.least = point, now
        else:
            self.best = xp.where(each(better, point), point, self.best)
            self.least = xp.where(better, now, self.least)
        standing = ~np.asarray(plain(now) < 0)
        return standing if self._alone or standing.all() else ~np.isin(self.rows, self.rows[~standing])

    def _margins(self, xp: Any, scores: Any) -> Any:
        if self.gaps is None:
            return margin(scores, self.aim.labels)
        now = gaps(scores, self.aim.labels)
        self.gaps = xp.where(now < self.gaps, now, self.gaps)
        return xp.min(now, axis=1)

    def drop(self, standing: Any, *also: Any) -> tuple[Any, ...]:
        """Let the fallen leave with their best points; return the rows of `also` that stand."""
        if standing.all():
            return also
        kept = np.flatnonzero(standing)
        self._keep(np.flatnonzero(~standing))
        self.rows, self.room, self.random = self.rows[kept], self.room.at(kept), self.random.at(kept)
        self.aim, self.best, self._places = self.aim.at(kept), self.best[kept], self._places[kept]
        self.least = None if self.least is None else self.least[kept]
        self.gaps = self.gaps[kept] if self.gaps is not None and self.gaps.ndim else self.gaps
        self.target = self._bench.at(self._target, self.rows)
        return tuple(rows(column, kept) for column in also)

    def _keep(self, gone: Any) -> None:
        """Put down what is known of cases that leave."""
        self._found[self._places[gone]] = self.best[gone]
        for name in ("least", "gaps"):
            column = getattr(self, name)
            if column is None or not column.ndim:
                continue
            if name not in self._figures:
                self._figures[name] = np.full((len(self._found), *column.shape[1:]), np.inf)
            self._figures[name][self._places[gone]] = plain(column)[gone]

    def tried(self, point: Any) -> Any:
        """Ask about one point per standing case; return the margins `(n,)`, and nobody leaves.

        For a search that keeps its own best points: it sets `best` and `least`, and calls `drop`.
        """
        answers = [self.aim_of(part).scores(target.respond(point[part])) for part, target in self._parts()]
        np.add.at(self._spent, self.rows, self.price)
        scores = _joined(answers)
        return self._margins(array_api_compat.array_namespace(scores), scores)

    def ask(self, point: Any, *also: Any) -> tuple[Any, ...]:
        """Ask about one point per standing case; the fallen leave; return the rows of `also` that stand.

        A case whose query budget is used up leaves before it is asked.
        """
        point, *more = self.afforded(point, *also)
        if not self.rows.size:
            return tuple(more)
        answers = [self.aim_of(part).scores(target.respond(point[part])) for part, target in self._parts()]
        return self.drop(self._noted(point, _joined(answers)), *more)

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
        return self._pulled(point, name, also, rise=False)

    def climb(self, point: Any, name: str, *also: Any) -> tuple[Any, ...]:
        """Ask and differentiate as `pull` does, and return the loss `(n,)` of those who stand first."""
        return self._pulled(point, name, also, rise=True)

    def _pulled(self, point: Any, name: str, also: tuple[Any, ...], *, rise: bool) -> tuple[Any, ...]:
        point, *more = self.afforded(point, *also)
        if not self.rows.size:
            return (*([self.least] if rise else []), point, point, *more)
        passes = [self._through(target, point, part, name) for part, target in self._parts()]
        scores, slope = (_joined([one[at] for one in passes]) for at in range(2))
        height = [loss(name).height(scores, self.aim.labels, self.aim.towards)] if rise else []
        return self.drop(self._noted(point, scores), *height, slope, point, *more)

    def _through(self, target: Any, point: Any, part: slice, name: str) -> tuple[Any, Any]:
        """Return scores and gradients of a part of the standing cases."""
        wanted = self.aim_of(part)
        responses, back = target.linearise(point[part])
        scores = wanted.scores(responses)
        slope = loss(name)(scores, wanted.labels, wanted.towards)
        return scores, back(wanted.back(responses, slope))

    def aim_of(self, part: slice) -> Aim:
        """Return the aim of some neighbours among the standing cases."""
        whole = part.stop - part.start >= self.rows.size
        return self.aim if whole else self.aim.at(np.arange(part.start, part.stop))

    def _parts(self) -> Any:
        """Yield slices of the standing cases and the target asked for them."""
        size = self.rows.size
        if 0 < size <= PASS:
            yield slice(0, size), self.target
            return
        for first in range(0, size, PASS):
            part = slice(first, min(first + PASS, size))
            yield part, self._bench.at(self._target, self.rows[part])

    def afforded(self, *columns: Any) -> tuple[Any, ...]:
        """Let those leave who have no query left for one more pass; return the columns of the others."""
        left = self._bench.left
        if left <= 0:
            return columns
        wanted = np.bincount(self.rows, minlength=len(self._spent)) * self.price
        return self.drop(~((self._spent + wanted)[self.rows] > left), *columns)

    def forget(self) -> None:
        """Let the next point count as the best so far, whatever came before."""
        self.least = None

    def attempts(self) -> Attempts[Array]:
        """Return one stimulus per case: where it fell, or the point of smallest margin."""
        self._keep(np.arange(self.rows.size))
        return Attempts(stimuli=self._found)

    def figures(self) -> tuple[Any, npt.NDArray[np.float64], npt.NDArray[np.float64] | None]:
        """Return per row of the chase its best point, its smallest margin, and that of each way if it was watched."""
        self._keep(np.arange(self.rows.size))
        least = self._figures.get("least", np.full(len(self._found), np.inf))
        return self._found, least, self._figures.get("gaps")


def _joined(parts: list[Any]) -> Any:
    """Return columns one after the other."""
    return parts[0] if len(parts) == 1 else array_api_compat.array_namespace(parts[0]).concat(parts)
