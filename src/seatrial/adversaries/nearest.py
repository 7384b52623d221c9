"""The hunt for the nearest point that breaks each case: what every minimal-norm attack shares.

An attack proposes one point per case and pass; here it is asked, measured and remembered.  Everything is flat, one row
of numbers per case, and what happens to a row does not depend on the others.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from math import isfinite
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries import losses
from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.aims import aim
from seatrial.adversaries.kept import Kept
from seatrial.adversaries.lengths import flat, length, ranged
from seatrial.adversaries.norms import SHRUNK, Room
from seatrial.adversaries.slopes import finite
from seatrial.records.batch import Array, Attempts, Batch, plain, rows
from seatrial.records.random import Random
from seatrial.records.threat import Ball


@dataclass(frozen=True, slots=True)
class Seen:
    """What one pass showed of the rows that stay; all of one length."""

    margin: Any
    """`(m,)`: how far the point is from breaking, over what the gradient is taken of."""
    gradient: Any
    """`(m, numbers)` of the loss, uphill breaks; 0 where it was not finite.  None if only asked."""
    broken: Any
    """`(m,)` of bool."""
    size: Any
    """`(m,)`: norm of the change."""

    def at(self, kept: Any) -> Seen:
        """Return the same of these rows."""
        parts = (self.margin, self.gradient, self.broken, self.size)
        return Seen(*(None if part is None else rows(part, kept) for part in parts))


class Nearest:
    """One hunt on one shard, in progress."""

    def __init__(
        self,
        target: Any,
        batch: Batch[Array],
        bench: Bench[Ball],
        *,
        minimise: bool = True,
        first: bool = False,
        chosen: Any = None,
        towards: Any = None,
    ) -> None:
        """Begin with every case standing and nothing asked.

        Args:
            target: What answers, with gradients.
            batch: The cases.
            bench: What the harness lends; its threat has the norm, and the radius inside which a point counts.
            minimise: Whether a case that is broken inside the ball goes on; otherwise it leaves in that pass.
            first: Whether a case leaves at its first break, wherever that is.
            chosen: Positions in the batch; one may be named several times, for pairs of a case and something else.
                None is all, once.
            towards: The class that each row is pushed to, a class per row of `chosen`, in the target's library; None is
                the best other class of every pass.  A break is any other class all the same.

        Raises:
            CasesError: If the cases have no labels.
        """
        whole: Any = batch.inputs
        self.rows: npt.NDArray[np.intp] = np.arange(len(batch)) if chosen is None else np.asarray(chosen, np.intp)
        """Positions in the batch of the rows that stand."""
        self.norm = bench.threat.norm
        self.x: Any = flat(whole)[self.rows]
        """Untouched inputs `(m, numbers)`."""
        self.low, self.high = ranged(bench.threat, self.x)
        self.random: Random = bench.random.at(self.rows)
        self.close: Any = self.x
        """The nearest point that breaks each row; the untouched input where there is none yet."""
        xp = array_api_compat.array_namespace(self.x)
        self.far: Any = xp.full_like(self.x[:, 0], float("inf"))
        """Its distance, infinite where there is none yet."""
        self._best, self._least = self.x, xp.full_like(self.far, float("inf"))
        self._room = Room.around(bench.threat, whole).at(self.rows)
        aimed = aim(target.face, batch.labels).at(self.rows)
        self._aim, self._towards = (aimed if towards is None else aimed.pushed(towards)), towards
        self._whole, self._bench, self._minimise, self._first = target, bench, minimise and not first, first
        self._target = bench.at(target, self.rows)
        self._passes, self._spent, self._each = 0, 0, int(np.bincount(self.rows).max(initial=0))
        self._kept = Kept.of(whole)
        self._late: list[Nearest] = []

    @property
    def eps(self) -> float:
        """Radius of the ball."""
        return self._bench.threat.eps

    @property
    def span(self) -> float:
        """Width of the input range; 1 if it is not bounded."""
        width = self._bench.threat.high - self._bench.threat.low
        return width if isfinite(width) else 1.0

    @property
    def width(self) -> int:
        """Rows of each case."""
        return self._each

    def over(self) -> bool:
        """Return whether nobody stands, or another pass would be more than the threat allows."""
        return self.rows.size == 0 or 0 < self._bench.left < self._spent + self._each

    def pull(self, point: Any, *also: Any, loss: str = "") -> tuple[Any, ...]:
        """Ask and differentiate in one pass, remember what broke, and let rows leave that are done.

        Args:
            point: One point per standing row `(m, numbers)`, inside the input range.
            also: Columns to cut to the rows that stay.
            loss: A key of `losses.LOSSES`, if the gradient is to be of another than the lead of the best other class,
                or of the class that the row is pushed to.

        Returns:
            What was seen, the point and `also`, for those who stay.  The pass is made even if nobody stays.
        """
        responses, back = self._target.linearise(self._shaped(point))
        slope = self._aim.slope(loss or ("margin" if self._towards is None else "targeted_margin"), responses)
        return self._drop(self._note(point, responses, finite(flat(back(slope)))), point, *also)

    def ask(self, point: Any, *also: Any) -> tuple[Any, ...]:
        """Ask without a gradient; otherwise like `pull`."""
        return self._drop(self._note(point, self._target.respond(self._shaped(point)), None), point, *also)

    def survey(self, point: Any, count: int, *also: Any) -> tuple[Any, ...]:
        """Ask once, and differentiate for each of so many classes that are nearest in score.

        Returns:
            By how much the true class leads each `[(m,)]`, the gradients uphill `[(m, numbers)]`, the point and `also`,
            for those who stay.
        """
        responses, back = self._target.linearise(self._shaped(point))
        xp = array_api_compat.array_namespace(point)
        scores = self._aim.scores(responses)
        apart = losses.gaps(scores, self._aim.labels)
        order = xp.argsort(apart, axis=1, stable=True)
        found = list[Any]()
        for place in range(min(count, scores.shape[1] - 1)):
            pushed = self._aim.pushed(order[:, place])
            slope = finite(flat(back(pushed.slope("targeted_margin", responses))))
            found += [xp.take_along_axis(apart, order[:, place : place + 1], axis=1)[:, 0], slope]
        _, point, *parts = self._drop(self._note(point, responses, None), point, *found, *also)
        return parts[: len(found) : 2], parts[1 : len(found) : 2], point, *parts[len(found) :]

    def pair(self, count: int) -> None:
        """Ask once, and from then on work each case as so many pairs with the classes that are nearest in score.

        Each pair is pushed to its class.  What breaks one of them breaks the case, and all of them leave with it.
        """
        responses = self._target.respond(self._shaped(self.x))
        xp = array_api_compat.array_namespace(self.x)
        apart = losses.gaps(self._aim.scores(responses), self._aim.labels)
        width = min(count, apart.shape[1] - 1)
        order = xp.argsort(apart, axis=1, stable=True)[:, :width]
        _, _, order = self._drop(self._note(self.x, responses, None), self.x, order)
        if self.rows.size:
            self._cut(np.repeat(np.arange(self.rows.size), width))
            self._towards = xp.reshape(order, (-1,))
            self._aim = self._aim.pushed(self._towards)
            self._each *= width

    def narrow(self, count: int) -> npt.NDArray[np.intp]:
        """Go on with so many rows of each case, those that were broken nearest; return their positions so far."""
        order = np.lexsort((np.arange(self.rows.size), np.asarray(plain(self.far)), self.rows))
        place = np.arange(self.rows.size) - np.searchsorted(self.rows[order], self.rows[order])
        kept = np.sort(order[place < count])
        if kept.size < self.rows.size:
            self._keep(np.setdiff1d(np.arange(self.rows.size), kept))
            self._cut(kept)
            self._each = count
        return kept

    def attempts(self) -> Attempts[Array]:
        """Return the nearest point that broke each case, if it is inside the ball, else the best point inside.

        A case whose nearest point lies outside is asked once more, if the threat allows it: at the point of the ball
        that lies nearest to it.
        """
        for part in self._late:
            part.attempts()
        if not self.over():
            xp = array_api_compat.array_namespace(self.x)
            pressed = flat(self._room.inside(self._shaped(self.close)))
            outside = xp.isfinite(self.far) & ~self._held()
            if bool(xp.any(outside)):
                self._outside(np.flatnonzero(np.asarray(plain(outside))), pressed)
        self._keep(np.arange(self.rows.size))
        return Attempts(stimuli=self._kept.points)

    def _outside(self, which: npt.NDArray[np.intp], pressed: Any) -> None:
        """Ask about these rows alone, at these points."""
        others = np.setdiff1d(np.arange(self.rows.size), which)
        self._keep(others)
        self._cut(which)
        self._first, self._minimise = False, self._minimise or self._first
        self.ask(pressed[which])

    def _note(self, point: Any, responses: Any, gradient: Any) -> Seen:
        xp = array_api_compat.array_namespace(point)
        self._passes, self._spent = self._passes + 1, self._spent + self._each
        judged, size = self._aim.margin(responses), length(self.norm, point - self.x)
        broken = judged < 0
        nearer = broken & (size < self.far)
        self.close = xp.where(nearer[:, None], point, self.close)
        self.far = xp.where(nearer, size, self.far)
        better = (judged < self._least) & self._inside(point, size)
        self._best = xp.where(better[:, None], point, self._best)
        self._least = xp.where(better, judged, self._least)
        return Seen(judged if self._towards is None else self._gap(responses), gradient, broken, size)

    def _gap(self, responses: Any) -> Any:
        """Return by how much the true class leads the one that each row is pushed to."""
        scores = self._aim.scores(responses)
        return -losses.loss("targeted_margin").height(scores, self._aim.labels, self._towards)

    def _inside(self, point: Any, size: Any) -> Any:
        """Return which points the threat allows, rounding included."""
        xp = array_api_compat.array_namespace(point)
        if self.norm == "linf":
            return xp.all((point >= flat(self._room.low)) & (point <= flat(self._room.high)), axis=1)
        return size <= self._bench.threat.eps * (1 if self.norm == "l0" else SHRUNK)

    def _held(self) -> Any:
        """Return which rows have been broken inside the ball."""
        xp = array_api_compat.array_namespace(self.x)
        return xp.isfinite(self.far) & self._inside(self.close, self.far)

    def _drop(self, seen: Seen, *also: Any) -> tuple[Any, ...]:
        """Let the rows leave that are done, with all others of their case."""
        if self._minimise and self._passes > 1:
            return seen, *also
        xp = array_api_compat.array_namespace(self.far)
        done = xp.isfinite(self.far) if self._first else (self.far == 0) if self._minimise else self._held()
        gone = np.asarray(plain(done))
        if not gone.any():
            return seen, *also
        leaving = np.isin(self.rows, self.rows[gone])
        if self._first:
            self._late.append(self._part(np.flatnonzero(leaving)))
        else:
            self._keep(np.flatnonzero(leaving))
        kept = np.flatnonzero(~leaving)
        self._cut(kept)
        return seen.at(kept), *(rows(column, kept) for column in also)

    def _part(self, which: npt.NDArray[np.intp]) -> Nearest:
        """Return a hunt of these rows alone, which remembers in the same place."""
        part = copy(self)
        part._late = []  # noqa: SLF001 - a copy of its own
        part._cut(which)  # noqa: SLF001
        return part

    def _cut(self, kept: npt.NDArray[np.intp]) -> None:
        """Go on with these rows alone."""
        self.rows, self.random, self._room = self.rows[kept], self.random.at(kept), self._room.at(kept)
        for name in ("x", "low", "high", "close", "far", "_best", "_least"):
            setattr(self, name, getattr(self, name)[kept])
        self._aim = self._aim.at(kept)
        self._towards = None if self._towards is None else self._towards[kept]
        self._target = self._bench.at(self._whole, self.rows)

    def _keep(self, which: npt.NDArray[np.intp]) -> None:
        """Write these rows down: they stand for their case where they are the best of it."""
        if not which.size:
            return
        xp = array_api_compat.array_namespace(self.x)
        held = self._held()
        point = self._shaped(xp.where(held[:, None], self.close, self._best)[which])
        reached = xp.where(held, self.far, xp.full_like(self.far, float("inf")))[which]
        self._kept.take(self.rows[which], point, *(np.asarray(plain(n)) for n in (reached, self._least[which])))

    def _shaped(self, point: Any) -> Any:
        xp = array_api_compat.array_namespace(point)
        return xp.reshape(point, (len(point), *self._kept.points.shape[1:]))
