"""Short looks at how a model answers an attack: a walk along the gradient, random steps, a search by scores.

Each goes to a fixed number of cases, none of which leaves, and costs a fixed number of passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import narrowed
from seatrial.adversaries.aims import Aim
from seatrial.adversaries.lengths import ROOTS, width
from seatrial.adversaries.norms import Room
from seatrial.adversaries.slopes import each
from seatrial.diagnoses.planted import readout
from seatrial.records.batch import plain
from seatrial.records.random import Random
from seatrial.targets.target import Approximable, Face, Fresh

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sounded:
    """Some cases, ready to be looked at; row i of everything speaks of case i."""

    target: Any
    """Asked for these cases."""
    aim: Aim
    room: Room
    random: Random

    def at(self, rows: Any) -> Sounded:
        """Return the same for these cases."""
        made = replace(self, aim=self.aim.at(rows), room=self.room.at(rows), random=self.random.at(rows))
        return replace(made, target=narrowed(self.target, rows))

    def within(self, factor: float) -> Sounded:
        """Return the same with a radius so many times as large, and no larger than the input range."""
        ball = self.room.ball
        wide = replace(ball, eps=min(ball.eps * factor, _widest(self.room)))
        return replace(self, room=Room.around(wide, self.room.x))

    def margins(self, point: Any) -> Floats:
        """Return the margin of one point per case."""
        return floats(self.aim.margin(self.target.respond(point)))

    def slope(self, point: Any, loss: str) -> tuple[Floats, Any]:
        """Return margins and the gradient of a loss, uphill."""
        responses, back = self.target.linearise(point)
        return floats(self.aim.margin(responses)), back(self.aim.slope(loss, responses))


def walk(cases: Sounded, loss: str, steps: int, share: float = 0.25) -> tuple[Floats, Any]:
    """Climb a loss from the untouched cases; return the margins on the way `(steps + 1, n)` and the last points."""
    point, path = cases.room.x, []
    for _ in range(steps):
        margins, gradient = cases.slope(point, loss)
        path.append(margins)
        point = cases.room.uphill(point, gradient, share)
    return np.stack([*path, cases.margins(point)]), point


def least(path: Floats) -> Floats:
    """Return the smallest margin on a way; infinite where every one was not a number."""
    low: Floats = np.fmin.reduce(path, axis=0, initial=np.inf)
    return low


def pushed(cases: Sounded, classes: int, steps: int) -> Floats:
    """Return the smallest margin on the ways to so many classes, nearest first after the nearest of all."""
    x, xp = cases.room.x, array_api_compat.array_namespace(cases.room.x)
    order = np.argsort(-_scores(cases, x), axis=1, kind="stable")
    labels = np.asarray(plain(cases.aim.labels))
    others = np.stack([row[row != label] for row, label in zip(order, labels, strict=True)])
    low = np.full(len(labels), np.inf)
    for at in range(1, min(1 + classes, others.shape[1])):
        to = xp.asarray(np.ascontiguousarray(others[:, at]), device=array_api_compat.device(x))
        path, _ = walk(replace(cases, aim=cases.aim.pushed(to)), "targeted_margin", steps)
        low = np.fmin(low, least(path))
    return low


def scattered(cases: Sounded, share: float, count: int) -> Floats:
    """Return margins after steps in random directions `(n, count)`, a share of the radius long."""
    found, shape = [], tuple(cases.room.x.shape[1:])
    for at in range(count):
        way = cases.random.signs(f"seatrial/soundings/way/{at}", shape, cases.room.x)
        found.append(cases.margins(cases.room.uphill(cases.room.x, way, share)))
    return np.stack(found, axis=1)


def searched(cases: Sounded, queries: int) -> Floats:
    """Return the smallest margin that a search by scores finds: runs of numbers pushed one way, kept if they help."""
    x = cases.room.x
    xp, shape = array_api_compat.array_namespace(x), tuple(x.shape[1:])
    size = int(np.prod(shape))
    place = xp.reshape(xp.arange(size, device=array_api_compat.device(x)), (1, *shape))
    best, low = x, np.full(x.shape[0], np.inf)
    for at in range(queries):
        length = max(1, size // (4 if at < queries // 2 else 16))
        first = cases.random.integers("seatrial/soundings/place", size, (1,) * len(shape), x, start=at)
        sign = cases.random.signs("seatrial/soundings/sign", (1,) * len(shape), x, start=at)
        inside = xp.astype((place - first) % size < length, x.dtype)
        point = cases.room.uphill(best, inside * sign, 2.0) if cases.room.ball.norm != "linf" else None
        point = cases.room.inside(best + 2 * cases.room.ball.eps * inside * sign) if point is None else point
        now = cases.margins(point)
        better = now < low
        wide = each(xp.asarray(better, device=array_api_compat.device(x)), x)
        best, low = xp.where(wide, point, best), np.where(better, now, low)
    return low


def sought(cases: Sounded, points: int, steps: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Plant a point for each case and follow the gradient to it; return who found one, and for whom one was planted."""
    x, shape = cases.room.x, tuple(cases.room.x.shape[1:])
    around = [_scores(cases, x)]
    for at in range(points):
        way = cases.random.uniform(f"seatrial/soundings/near/{at}", shape, x) * 2 - 1
        around.append(_scores(cases, cases.room.inside(x + way * (0.5 * width(cases.room.ball, x)))))
    corner = cases.random.signs("seatrial/soundings/planted", shape, x)
    there = _scores(cases, cases.room.uphill(x, corner, 1.0))
    weights, border, able = readout(np.stack(around, axis=1), there)
    return _reached(cases, weights, border, steps) & able, able


def _reached(cases: Sounded, weights: Floats, border: Floats, steps: int) -> npt.NDArray[np.bool_]:
    """Return who comes beyond the border of a readout by following its gradient."""
    xp, device = array_api_compat.array_namespace(cases.room.x), array_api_compat.device(cases.room.x)
    wanted = xp.astype(xp.asarray(weights, device=device), cases.room.x.dtype)
    point, found = cases.room.x, np.zeros(len(border), dtype=bool)
    for _ in range(steps):
        responses, back = cases.target.linearise(point)
        found |= (floats(cases.aim.scores(responses)) * weights).sum(axis=1) >= border
        point = cases.room.uphill(point, back(cases.aim.back(responses, wanted)), 0.25)
    found |= (_scores(cases, point) * weights).sum(axis=1) >= border
    return found


def _scores(cases: Sounded, point: Any) -> Floats:
    return floats(cases.aim.scores(cases.target.respond(point)))


def floats(column: Any) -> Floats:
    """Return a column of any library as float64 in numpy."""
    return np.asarray(plain(column), dtype=np.float64)


def _widest(room: Room) -> float:
    """Return a radius within which the whole input range lies."""
    ball, size = room.ball, int(np.prod(room.x.shape[1:]))
    return float((ball.high - ball.low) * size ** ROOTS[ball.norm])


def counted(target: Any) -> Counting:
    """Return a metered target that counts the rows it forwards for each case, whatever is made of it."""
    return (FreshCounting if isinstance(target, Fresh) else Counting)(target, np.arange(0), [])


@dataclass(frozen=True)
class Counting:
    """A target that remembers whom it was asked for."""

    target: Any
    rows: Any
    """Positions of the cases that it is asked for."""
    asked: list[Any]
    """Those of every pass, shared with all that is made of this."""

    @property
    def face(self) -> Face:
        """That of the target."""
        face: Face = self.target.face
        return face

    def at(self, rows: Any) -> Counting:
        """Return the same, asked for these rows."""
        index = np.asarray(plain(rows), dtype=np.intp)
        return replace(self, target=narrowed(self.target, rows), rows=self.rows[index] if self.rows.size else index)

    def respond(self, inputs: Any, /) -> Any:
        """Return the target's responses."""
        self.asked.append(self.rows)
        return self.target.respond(inputs)

    def linearise(self, inputs: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the target's responses and pull-back."""
        self.asked.append(self.rows)
        made: tuple[Any, Callable[[Any], Any]] = self.target.linearise(inputs)
        return made

    def approximated(self) -> Counting:
        """Return the approximated target, or itself if there is none."""
        return replace(self, target=self.target.approximated()) if isinstance(self.target, Approximable) else self

    def spent(self, cases: int) -> npt.NDArray[np.int64]:
        """Return how many rows were forwarded for each case of the shard."""
        made: npt.NDArray[np.int64] = np.bincount(np.concatenate([np.arange(0), *self.asked]), minlength=cases)
        return made


@dataclass(frozen=True)
class FreshCounting(Counting):
    """One whose chance can be set."""

    def fresh(self, key: bytes, /) -> FreshCounting:
        """Return the target with other chance, counted likewise."""
        return replace(self, target=self.target.fresh(key))
