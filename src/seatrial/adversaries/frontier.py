"""Along the decision boundary, by labels alone: what every attack of that kind does to its cases.

Every case has a nearest point of another class, a distance, and an account of queries of its own: what one case gets
does not depend on the others, and nobody asks once more than allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.aims import aim, lead
from seatrial.adversaries.limits import span
from seatrial.adversaries.norms import SHRUNK, TINY, Room, boxed, sized
from seatrial.adversaries.probing import column, together
from seatrial.errors import Problem, TrialError
from seatrial.records.batch import Array, Batch, copied, plain
from seatrial.records.random import Random
from seatrial.records.threat import Ball

FINEST = 2.0**-18
"""Least relative step of a search, for single precision."""
WIDE = 64
"""Numbers of a case from which on signs are as good a direction as normal numbers, and many times cheaper."""
COARSE = (1, 2, 4, 8)
"""Grain in pixels of the noise that a search starts from, in turn."""
SHOT = 0.5
"""Length of the noise of a last shot, as a share of the radius."""
Start = Callable[[Any, Random, Ball, int], Any]
Rows = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]


class Frontier:
    """The cases of one attack by labels, in progress; every column has a row per case of the shard."""

    def __init__(self, target: Any, batch: Batch[Array], bench: Bench[Ball], most: int) -> None:
        """Begin with nothing asked.

        Args:
            target: Metered; what it gives is read for its order only.
            batch: The cases in the target's home, with labels.
            bench: Its threat is a ball.
            most: Queries per case.

        Raises:
            CasesError: If the cases have no labels.
        """
        self._target, self._bench, self._most = target, bench, most
        self._aim = aim(target.face, batch.labels)
        self.room = Room.around(bench.threat, batch.inputs)
        self.random: Random = bench.random
        self.x: Any = batch.inputs
        """The untouched cases."""
        self.near: Any = copied(batch.inputs)
        """A point of another class, once there is one."""
        self.far = np.full(len(batch), np.inf)
        """How far it is."""
        self._best: Any = copied(batch.inputs)
        self._least = np.full(len(batch), np.inf)
        self._used = np.zeros(len(batch), dtype=np.int64)
        self.inside = np.zeros(len(batch), dtype=bool)
        """Whether the case has fallen, inside the radius."""
        self.numbers = prod(batch.inputs.shape[1:])
        """Numbers of one case."""

    def left(self, rows: Rows) -> npt.NDArray[np.int64]:
        """Return how often each of these cases may still ask."""
        return self._most - self._used[rows]

    def going(self, queries: int = 1) -> Rows:
        """Return the cases that have a point of another class, stand inside the radius, and may ask so often."""
        return np.flatnonzero(~self.inside & np.isfinite(self.far) & (self._used + queries <= self._most))

    def part(self, each: int = 1) -> int:
        """Return how many cases are worked together where each has so many points at a time."""
        return together(self.x, each * self.numbers)

    def begin(self, starts: int, make: Start | None = None) -> None:
        """Ask for the untouched cases, then for one start after the other where none is of another class yet.

        Args:
            starts: How many are tried.
            make: Gives the starts of some cases, from the cases, their streams, the threat and the number of the start;
                None is `start`.
        """
        rows = np.arange(len(self._used))
        if self._most > 0:
            self.inside |= self.fallen(rows, self.x)
        for at in range(starts):
            rows = np.flatnonzero(~self.inside & ~np.isfinite(self.far) & (self._used < self._most))
            if not rows.size:
                break
            point = (make or start)(self.x[rows], self.random.at(rows), self._bench.threat, at)
            self.keep(rows, point, self.fallen(rows, point))

    def approach(self, rows: Rows) -> Rows:
        """Ask for the points of these cases pulled back to the radius; return those that stand and may ask on."""
        rows = rows[self._used[rows] < self._most]
        point = self.room.at(rows).inside(self.towards(rows, self._radius(rows)))
        won = self.fallen(rows, point)
        self._best[rows[won]] = point[np.flatnonzero(won)]
        self.inside[rows[won]] = True
        return rows[~won]

    def _radius(self, rows: Rows) -> Floats:
        return np.asarray(np.minimum(self.room.ball.eps * SHRUNK, self.far[rows]))

    def search(self, rows: Rows, *, finest: float | None = None) -> None:
        """Pull the points of these cases back towards the case, as far as they stay of another class, by halving.

        Args:
            rows: Cases that stand at the radius.
            finest: Share of the distance to which the boundary is found; None is the paper's choice for HopSkipJump.
        """
        low, high = self._radius(rows), self.far[rows].copy()
        order = -1.5 if self.room.ball.norm == "l2" else -2.0
        gap = max(self.numbers**order if finest is None else finest, FINEST) * high
        while (wide := (high - low > gap) & (self._used[rows] < self._most)).any():
            open_ = np.flatnonzero(wide)
            middle = (low[open_] + high[open_]) / 2
            point = self.towards(rows[open_], middle)
            fell = self.fallen(rows[open_], point)
            self.keep(rows[open_], point, fell)
            high[open_[fell]], low[open_[~fell]] = middle[fell], middle[~fell]
        self.note(rows)

    def arrive(self, rows: Rows) -> None:
        """Ask once more for those of these cases whose point lies inside the radius, as it would be handed back."""
        self.note(rows)
        self.approach(rows[~self.inside[rows] & (self.far[rows] <= self.room.ball.eps)])

    def note(self, rows: Rows) -> None:
        """Remember the points of these cases that are nearer than what was found before."""
        nearer = rows[self.far[rows] < self._least[rows]]
        self._best[nearer], self._least[nearer] = self.near[nearer], self.far[nearer]

    def shoot(self) -> None:
        """Spend what is left of each account on points inside the radius, around where the boundary is nearest."""
        shot = 0
        while (rows := self.going()).size:
            away = self._best[rows] - self.x[rows]
            shape = tuple(away.shape[1:])
            noise = self.random.at(rows).bell("frontier/shot", shape, away, start=shot * self.numbers)
            size = self.room.ball.eps * SHOT / (1 if self.room.ball.norm == "linf" else np.sqrt(self.numbers))
            point = self.room.at(rows).inside(self.x[rows] + self._scaled(rows, away) + noise * size)
            won = self.fallen(rows, point)
            self._best[rows[won]] = point[np.flatnonzero(won)]
            self.inside[rows[won]] = True
            shot += 1

    def _scaled(self, rows: Rows, away: Any) -> Any:
        """Return changes cut to the radius."""
        share = np.minimum(1.0, self.room.ball.eps / np.maximum(np.minimum(self._least, self.far)[rows], TINY))
        return away * column(share, away)

    def handed_back(self) -> Any:
        """Return one stimulus per case."""
        self.note(np.flatnonzero(~self.inside & np.isfinite(self.far)))
        return self.room.inside(self._best)

    def towards(self, rows: Rows, far: Floats) -> Any:
        """Return the points of these cases pulled back so that they are so far from the case."""
        xp, x, near = array_api_compat.array_namespace(self.x), self.x[rows], self.near[rows]
        if self.room.ball.norm == "linf":
            most = column(far, x)
            return boxed(xp, near, x - most, x + most)
        return x + (near - x) * column(far / np.maximum(self.far[rows], TINY), x)

    def boxed(self, point: Any) -> Any:
        """Return points cut to the input range."""
        ends = span(self.room.ball.low, self.room.ball.high, point)
        return boxed(array_api_compat.array_namespace(point), point, *ends)

    def keep(self, rows: Rows, point: Any, fell: Marks) -> None:
        """Remember these points where they are of another class."""
        here, kept = rows[fell], np.flatnonzero(fell)
        self.near[here] = point[kept]
        self.far[here] = self.distance(here, point[kept])

    def distance(self, rows: Rows, point: Any) -> Floats:
        """Return how far points are from these cases, in the norm of the threat."""
        xp = array_api_compat.array_namespace(point)
        change = point - self.x[rows]
        if self.room.ball.norm == "l2":
            long = sized(xp, change)
        else:
            long = xp.max(xp.abs(change), axis=tuple(range(1, change.ndim)))
        return np.asarray(plain(long), dtype=np.float64).reshape(-1)

    def fallen(self, rows: Rows, point: Any) -> Marks:
        """Ask about one point per row, on the account of its case; return which are of another class."""
        np.add.at(self._used, rows, 1)
        part, fell = self.part(), np.zeros(len(rows), dtype=bool)
        for first in range(0, len(rows), part):
            some = rows[first : first + part]
            given = self._bench.at(self._target, some).respond(point[first : first + part])
            fell[first : first + part] = lead(self._aim.at(some), given) < 0
        return fell


def frontier(
    target: Any, batch: Batch[Array], bench: Bench[Ball], queries: int, *, name: str, norms: tuple[str, ...]
) -> Frontier:
    """Return the cases of an attack, with as many queries as tactics and threat both allow.

    Args:
        target: What is asked.
        batch: The cases.
        bench: What the harness lends.
        queries: Per case.
        name: Id of the attack, for the message.
        norms: What it can play in.

    Raises:
        CasesError: If the cases have no labels.
        TrialError: If the threat has another norm.
    """
    if bench.threat.norm not in norms:
        raise TrialError(Problem(name, f"has no {bench.threat.norm} form", f"use {' or '.join(norms)}"))
    return Frontier(target, batch, bench, min(queries, bench.left or queries))


def start(x: Any, random: Random, threat: Ball, at: int) -> Any:
    """Return the start of that number: black and white exchanged, black, white, then noise of several grains."""
    xp, device = array_api_compat.array_namespace(x), array_api_compat.device(x)
    if at < 3:
        made = (threat.low + threat.high - x, xp.full_like(x, threat.low), xp.full_like(x, threat.high))[at]
        return boxed(xp, made, *span(threat.low, threat.high, x))
    shape, grain = tuple(x.shape[1:]), COARSE[at % len(COARSE)]
    axes = range(max(0, len(shape) - 2), len(shape)) if len(shape) > 1 else ()
    small = tuple(-(-size // grain) if axis in axes else size for axis, size in enumerate(shape))
    drawn = random.uniform(f"evasion.hopskipjump/start/{at}", small, x)
    for axis in axes:
        drawn = xp.take(drawn, xp.arange(shape[axis], device=device) // grain, axis=axis + 1)
    return boxed(xp, drawn * (threat.high - threat.low) + threat.low, *span(threat.low, threat.high, x))
