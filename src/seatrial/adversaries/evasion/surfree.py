"""SurFree: round the case on circles, without a gradient, by labels alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.cosines import smooth
from seatrial.adversaries.frontier import Floats, Frontier, Rows, frontier
from seatrial.adversaries.norms import TINY
from seatrial.adversaries.probing import column, unit
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import AIMED, Target

WIDEST = np.pi / 2 * 0.98
GROWTH = 1.1
"""By which the first angle grows after a turn that helped; it shrinks by the tenth root after one that did not."""


@dataclass(frozen=True)
class SurFree:
    """Turn from the boundary point towards random smooth directions, as far as the class stays (arXiv:2011.12807).

    Maho et al.  In the plane of the case, the point of another class and a random direction, the points seen from the
    case under a right angle form a circle: the further along it, the nearer to the case.  A few angles either way are
    asked; from the first that is of another class a binary search goes on.  Nothing is spent on estimating a gradient,
    so the first thousand queries bring it nearer than other attacks by labels.  Directions are made of the slowest
    cosines (DCT) of an image; in a vector every number counts.  L2.  Cost of a case that stands: `queries` forward
    passes.
    """

    queries: int = 1000
    """Queries per case; the paper shows 500 to 5,000."""
    share: float = 0.25
    """Part of the frequencies of each axis that directions are made of."""
    angle: float = 30.0
    """First angle in degrees; it is adapted for each case."""
    tries: int = 2
    """Angles that are tried either way."""
    halvings: int = 4
    """Steps of the binary search along the circle."""
    starts: int = 50
    """Points that are tried until one is of another class."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return a point inside the radius that broke the case, or the nearest found pulled back to the radius.

        Raises:
            CasesError: If the cases have no labels.
            TrialError: If the norm is not `l2`.
        """
        walk = frontier(target, batch, bench, self.queries, name="evasion.surfree", norms=("l2",))
        walk.begin(self.starts)
        walk.search(walk.approach(walk.going()), finest=0.01)
        angle, draw = np.full(len(batch), np.deg2rad(self.angle)), 0
        while (rows := walk.going()).size:
            circle = _Circle(walk, rows, smooth(walk.random.at(rows), "evasion.surfree", walk.x, self.share, draw=draw))
            low, high = self._either_way(circle, angle[rows])
            turned = low != 0
            angle[rows] *= np.where(turned, GROWTH, GROWTH**-0.5)
            angle[rows] = np.minimum(angle[rows], WIDEST)
            self._further(circle, low, high)
            walk.arrive(rows[turned])
            draw += 1
        return Attempts(stimuli=walk.handed_back())

    def _either_way(self, circle: _Circle, widest: Floats) -> tuple[Floats, Floats]:
        """Return the first angle per case of another class (0 if there is none), and the next wider one that is not."""
        low, high = np.zeros(len(widest)), np.minimum(2 * widest, WIDEST)
        for at in range(self.tries):
            size = widest * (1 - at / self.tries)
            for way in (1.0, -1.0):
                fell = circle.ask(np.flatnonzero(low == 0), way * size)
                low = np.where(fell, way * size, low)
                high = np.where(fell, way * high, high)
            high = np.where(low == 0, size, high)
        return low, high

    def _further(self, circle: _Circle, low: Floats, high: Floats) -> None:
        for _ in range(self.halvings):
            middle = (low + high) / 2
            fell = circle.ask(np.flatnonzero(low != 0), middle)
            low, high = np.where(fell, middle, low), np.where(fell, high, middle)


class _Circle:
    """The circle of each case in the plane of its point and a direction."""

    def __init__(self, walk: Frontier, rows: Rows, direction: Any) -> None:
        self._walk, self._rows, self._far = walk, rows, walk.far[rows].copy()
        xp, x = array_api_compat.array_namespace(walk.x), walk.x[rows]
        away = walk.near[rows] - x
        self._ahead = away * column(1 / np.maximum(self._far, TINY), x)
        axes = tuple(range(1, x.ndim))
        along = xp.sum(self._ahead * direction, axis=axes, keepdims=True)
        self._side = unit(direction - along * self._ahead)

    def ask(self, which: Any, angles: Floats) -> Any:
        """Ask under these angles for some of the cases, and keep what is of another class; return which are, of all."""
        walk, fell = self._walk, np.zeros(len(self._rows), dtype=bool)
        which = which[walk.left(self._rows[which]) > 0]
        if which.size:
            rows, turn = self._rows[which], angles[which]
            ahead, side = self._ahead[which], self._side[which]
            away = ahead * column(np.cos(turn), ahead) + side * column(np.sin(turn), ahead)
            point = walk.boxed(walk.x[rows] + away * column(self._far[which] * np.cos(turn), ahead))
            fell[which] = walk.fallen(rows, point)
            walk.keep(rows, point, fell[which])
        return fell


CARD: Card[Adversary[Any, Any, Any]] = Card(
    SurFree,
    "SurFree",
    oracle="same_label",
    controls=("evasion.labelled",),
    reads=AIMED,
    norms=("l2",),
    cites=("arXiv:2011.12807",),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    lies=(
        "Its directions are smooth: a weakness to fine noise alone is found late. Between several classes it may "
        "settle at the boundary of one that is not the nearest, and a model that answers at random leads it astray."
    ),
)
