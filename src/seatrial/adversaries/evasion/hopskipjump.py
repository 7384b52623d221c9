"""HopSkipJump: along the decision boundary, by labels alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod, sqrt
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.limits import span
from seatrial.adversaries.losses import lead
from seatrial.adversaries.norms import SHRUNK, TINY, Room, boxed, sized
from seatrial.errors import CasesError, Problem, TrialError
from seatrial.records.batch import Array, Attempts, Batch, copied, plain
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.target import CLASSIFIES, Target

BLOCK = 16
"""Probes of a case that are asked together."""
MOST = 2**24
"""Numbers that are presented in one call, about."""
KEPT = 24
"""Queries that a case keeps for the step and the search after a slope was probed; with fewer it stops."""
HALVINGS = 25
FINEST = 2.0**-18
"""Least relative step of a search, and least movement of a probe in shares of the input range, for single precision."""
COARSE = (1, 2, 4, 8)
"""Grain in pixels of the noise that a search starts from, in turn."""
Rows = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class HopSkipJump:
    """Walk along the decision boundary towards the case, asking for the class alone (Chen et al., arXiv:1904.02144).

    From a point of another class, a binary search towards the case finds the boundary; the share of random probes
    around it that fall on the other side tells the slope; a step along it, halved until it is on the other side again,
    and the next search follow, with more probes every time.  Scores are used for their order only, so that it reads
    the same from a target that gives labels.  L2 and Linf.

    Where it differs from the paper: a case leaves at the first answer inside the radius, the radius is the first place
    that every search asks, probes have 256 levels, and it starts from the case with black and white exchanged, from
    black, white and noise of several grains.  It never starts from other cases, because what a case gets must not
    depend on its neighbours.  Cost of a case that stands: `queries` forward passes, at most; 1,000 images of 28 x 28
    took 45 CPU seconds on a small network, two thirds of them standing.  On a plane in 784 dimensions the nearest point
    found was 1.7, 1.3 and 1.1 times as far as the plane (L2) after 1,000, 2,500 and 5,000 queries.
    """

    queries: int = 2500
    """Queries per case; the paper shows 1,000 to 25,000."""
    probes: int = 100
    """Probes for the first slope; the i-th takes sqrt(i) times as many."""
    starts: int = 50
    """Points that are tried until one is of another class."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return a point inside the radius that broke the case, or the nearest found pulled back to the radius.

        Raises:
            CasesError: If the cases have no labels.
            TrialError: If the norm is `l1`.
        """
        walk = _Walk(target, batch, bench, min(self.queries, bench.left or self.queries))
        walk.begin(self.starts)
        walk.approach(walk.going(1))
        turn = 1
        while (rows := walk.going(KEPT + 1)).size:
            slope = walk.slope(rows, turn, int(self.probes * sqrt(turn)))
            walk.step(rows, slope, turn)
            walk.approach(rows)
            turn += 1
        return Attempts(stimuli=walk.handed_back())


class _Walk:
    """One attack on one shard, in progress; every column has a row per case of the shard."""

    def __init__(self, target: Any, batch: Batch[Array], bench: Bench[Ball], most: int) -> None:
        """Begin with nothing asked."""
        if batch.labels is None:
            raise CasesError(Problem("cases", "have no labels, and this attack needs the true class"))
        if bench.threat.norm not in ("linf", "l2"):
            raise TrialError(Problem("evasion.hopskipjump", f"has no {bench.threat.norm} form", "use linf or l2"))
        self._target, self._bench, self._labels, self._most = target, bench, batch.labels, most
        self._room = Room.around(bench.threat, batch.inputs)
        self._x: Any = batch.inputs
        self._near: Any = copied(batch.inputs)
        """A point of another class, once there is one."""
        self._far = np.full(len(batch), np.inf)
        """How far it is."""
        self._best: Any = copied(batch.inputs)
        self._least = np.full(len(batch), np.inf)
        self._used = np.zeros(len(batch), dtype=np.int64)
        self._inside = np.zeros(len(batch), dtype=bool)
        """Whether the case has fallen, inside the radius."""
        self._numbers = prod(batch.inputs.shape[1:])

    def going(self, queries: int) -> Rows:
        """Return the cases that have a point of another class, stand inside the radius, and may ask so often."""
        return np.flatnonzero(~self._inside & np.isfinite(self._far) & (self._used + queries <= self._most))

    def begin(self, starts: int) -> None:
        """Ask for the untouched cases, then for one start after the other where none is of another class yet."""
        rows = np.arange(len(self._used))
        if self._most > 0:
            self._inside |= self._fallen(rows, self._x)
        for at in range(starts):
            rows = np.flatnonzero(~self._inside & ~np.isfinite(self._far) & (self._used < self._most))
            if not rows.size:
                break
            point = _start(self._x[rows], self._bench.random.at(rows), self._bench.threat, at)
            self._keep(rows, point, self._fallen(rows, point))

    def approach(self, rows: Rows) -> None:
        """Pull the points of these cases back towards the case, as far as they stay of another class."""
        rows = rows[self._used[rows] < self._most]
        low = np.minimum(self._room.ball.eps * SHRUNK, self._far[rows])
        point = self._room.at(rows).inside(self._towards(rows, low))
        won = self._fallen(rows, point)
        self._best[rows[won]] = point[np.flatnonzero(won)]
        self._inside[rows[won]] = True
        self._search(rows[~won], low[~won])

    def _search(self, rows: Rows, low: Floats) -> None:
        """Find the boundary between so far from the case and the point of another class, by halving."""
        high, order = self._far[rows].copy(), -1.5 if self._room.ball.norm == "l2" else -2.0
        finest = max(self._numbers**order, FINEST) * high
        while (wide := (high - low > finest) & (self._used[rows] < self._most)).any():
            open_ = np.flatnonzero(wide)
            middle = (low[open_] + high[open_]) / 2
            point = self._towards(rows[open_], middle)
            fell = self._fallen(rows[open_], point)
            self._keep(rows[open_], point, fell)
            high[open_[fell]], low[open_[~fell]] = middle[fell], middle[~fell]
        nearer = rows[self._far[rows] < self._least[rows]]
        self._best[nearer], self._least[nearer] = self._near[nearer], self._far[nearer]

    def slope(self, rows: Rows, turn: int, probes: int) -> Any:
        """Return the direction in which the other class lies, estimated from probes around the boundary point."""
        parts = max(1, MOST // (BLOCK * self._numbers))
        xp = array_api_compat.array_namespace(self._x)
        return xp.concat([self._slope(rows[at : at + parts], turn, probes) for at in range(0, len(rows), parts)])

    def _slope(self, rows: Rows, turn: int, probes: int) -> Any:
        xp, random, near = array_api_compat.array_namespace(self._x), self._bench.random.at(rows), self._near[rows]
        shape, ends = tuple(near.shape[1:]), span(self._room.ball.low, self._room.ball.high, near)
        size = np.maximum(self._far[rows] / self._numbers, FINEST * sqrt(self._numbers) * self._range())
        counts = np.minimum(probes, self._most - self._used[rows] - KEPT)
        toward, drift, sides = xp.zeros_like(near), xp.zeros_like(near), np.zeros(len(rows))
        each = self._column(size / sqrt(self._numbers), near)
        for first in range(0, int(counts.max(initial=0)), BLOCK):
            drawn = random.bell(f"evasion.hopskipjump/{turn}", (BLOCK, *shape), near, start=first * self._numbers)
            asked = first + np.arange(BLOCK)[None, :] < counts[:, None]
            points = [boxed(xp, near + drawn[:, at, ...] * each, *ends) for at in range(BLOCK)]
            seen = self._sides(rows, points, asked)
            sides += seen.sum(axis=1)
            for at, point in enumerate(points):
                moved = point - near
                toward = toward + moved * self._column(seen[:, at], near)
                drift = drift + moved * self._column(asked[:, at], near)
        mean = sides / np.maximum(counts, 1)
        one_sided = np.abs(mean) == 1
        return toward - drift * self._column(np.where(one_sided, 0.0, mean), near)

    def _sides(self, rows: Rows, points: list[Any], asked: Marks) -> Floats:
        """Return 1 for every probe of another class, -1 for the others, 0 where none was asked: `(rows, BLOCK)`."""
        xp = array_api_compat.array_namespace(self._x)
        whole = xp.concat(points)
        flat = np.flatnonzero(asked.T.reshape(-1))
        fell = self._fallen(np.tile(rows, BLOCK)[flat], whole[flat])
        sides = np.zeros(asked.size)
        sides[flat] = np.where(fell, 1.0, -1.0)
        return sides.reshape(BLOCK, len(rows)).T

    def step(self, rows: Rows, slope: Any, turn: int) -> None:
        """Go along the slope, half as far each time, until the point is of another class; or stay."""
        xp = array_api_compat.array_namespace(slope)
        ends = span(self._room.ball.low, self._room.ball.high, slope)
        ahead = xp.sign(slope) if self._room.ball.norm == "linf" else slope / (sized(xp, slope) + TINY)
        size, left = self._far[rows] / sqrt(turn), np.arange(len(rows))
        for _ in range(HALVINGS):
            left = left[self._used[rows[left]] < self._most - 1]
            if not left.size:
                break
            start = self._near[rows[left]]
            point = boxed(xp, start + ahead[left] * self._column(size[left], start), *ends)
            fell = self._fallen(rows[left], point)
            self._keep(rows[left], point, fell)
            left = left[~fell]
            size = size / 2

    def handed_back(self) -> Any:
        """Return one stimulus per case."""
        return self._room.inside(self._best)

    def _towards(self, rows: Rows, far: Floats) -> Any:
        """Return the points of these cases pulled back so that they are so far from the case."""
        xp, x, near = array_api_compat.array_namespace(self._x), self._x[rows], self._near[rows]
        if self._room.ball.norm == "linf":
            most = self._column(far, x)
            return boxed(xp, near, x - most, x + most)
        return x + (near - x) * self._column(far / np.maximum(self._far[rows], TINY), x)

    def _keep(self, rows: Rows, point: Any, fell: Marks) -> None:
        """Remember these points where they are of another class."""
        here, kept = rows[fell], np.flatnonzero(fell)
        self._near[here] = point[kept]
        self._far[here] = self._distance(here, point[kept])

    def _distance(self, rows: Rows, point: Any) -> Floats:
        xp = array_api_compat.array_namespace(point)
        change = point - self._x[rows]
        if self._room.ball.norm == "l2":
            long = sized(xp, change)
        else:
            long = xp.max(xp.abs(change), axis=tuple(range(1, change.ndim)))
        return np.asarray(plain(long), dtype=np.float64).reshape(-1)

    def _fallen(self, rows: Rows, point: Any) -> Marks:
        """Ask about one point per row, on the account of its case; return which are of another class."""
        if not rows.size:
            return np.zeros(0, dtype=bool)
        np.add.at(self._used, rows, 1)
        asked = self._bench.at(self._target, rows)
        return np.asarray(lead(asked.face.gives, asked.respond(point), self._labels[rows]) < 0)

    def _column(self, numbers: Any, like: Any) -> Any:
        """Return one number per case, shaped to multiply with its points."""
        xp, device = array_api_compat.array_namespace(like), array_api_compat.device(like)
        made = xp.astype(xp.asarray(np.asarray(numbers, dtype=np.float64), device=device), like.dtype)
        return xp.reshape(made, (-1, *([1] * (like.ndim - 1))))

    def _range(self) -> float:
        return self._room.ball.high - self._room.ball.low


def _start(x: Any, random: Random, threat: Ball, at: int) -> Any:
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


CARD: Card[Adversary[Any, Any, Any]] = Card(
    HopSkipJump,
    "HopSkipJump",
    oracle="same_label",
    controls=("evasion.labelled",),
    reads=CLASSIFIES,
    norms=("linf", "l2"),
    cites=("arXiv:1904.02144",),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    lies=(
        "It needs many queries: what still stands after a few thousand may fall after more. Between several classes it "
        "may settle at the boundary of one that is not the nearest. A model that answers at random leads it astray."
    ),
)
