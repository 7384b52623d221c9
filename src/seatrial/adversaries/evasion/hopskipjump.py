"""HopSkipJump: along the decision boundary, by labels alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod, sqrt
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.frontier import FINEST, WIDE, Floats, Frontier, Rows, frontier
from seatrial.adversaries.norms import TINY, sized
from seatrial.adversaries.probing import column
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.target import AIMED, Target

BLOCK = 16
"""Probes of a case that are asked together."""
KEPT = 24
"""Queries that a case keeps for the step and the search after a slope was probed; with fewer it stops."""
HALVINGS = 25


@dataclass(frozen=True)
class HopSkipJump:
    """Walk along the decision boundary towards the case, asking for the class alone (Chen et al., arXiv:1904.02144).

    From a point of another class, a binary search towards the case finds the boundary; the share of random probes
    around it that fall on the other side tells the slope; a step along it, halved until it is on the other side again,
    and the next search follow, with more probes every time.  Scores are used for their order only, so that it reads
    the same from a target that gives labels.  L2 and Linf.

    Where it differs from the paper: a case leaves at the first answer inside the radius, the radius is the first place
    that every search asks, probes are signs (of less than 64 numbers: normal ones in 256 levels), it starts from the
    case with black and white exchanged, from black, white and noise of several grains, and what is left of the budget
    at the end goes to points inside the radius.  It never starts from other cases, because what a case gets must not
    depend on its neighbours.  Cost of a case that stands: `queries` forward passes, to the last one; little more than
    those forward passes take.  On a plane in 784 dimensions the nearest point found was 1.7, 1.3 and 1.1 times as far
    as the plane (L2) after 1,000, 2,500 and 5,000 queries.
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
        walk = frontier(target, batch, bench, self.queries, name="evasion.hopskipjump", norms=("linf", "l2"))
        walk.begin(self.starts)
        walk.search(walk.approach(walk.going()))
        turn = 1
        while (rows := walk.going(KEPT + 1)).size:
            slope = _slope(walk, rows, turn, int(self.probes * sqrt(turn)))
            _step(walk, rows, slope, turn)
            walk.search(walk.approach(rows))
            turn += 1
        walk.shoot()
        return Attempts(stimuli=walk.handed_back())


def _slope(walk: Frontier, rows: Rows, turn: int, probes: int) -> Any:
    """Return the direction in which the other class lies, estimated from probes around the boundary point."""
    part, xp = walk.part(BLOCK), array_api_compat.array_namespace(walk.x)
    found = [_probed(walk, rows[first : first + part], turn, probes) for first in range(0, len(rows), part)]
    return xp.concat(found)


def _probed(walk: Frontier, rows: Rows, turn: int, probes: int) -> Any:
    xp, near, random = array_api_compat.array_namespace(walk.x), walk.near[rows], walk.random.at(rows)
    each = column(_size(walk, rows) / sqrt(walk.numbers), near)[:, None]
    counts = np.minimum(probes, walk.left(rows) - KEPT)
    toward, drift, sides = xp.zeros_like(near), xp.zeros_like(near), np.zeros(len(rows))
    for first in range(0, int(counts.max(initial=0)), BLOCK):
        size = min(BLOCK, int(counts.max()) - first)
        drawn = _drawn(random, turn, size, near, start=first * walk.numbers)
        points = walk.boxed(near[:, None] + drawn * each)
        asked = first + np.arange(size)[None, :] < counts[:, None]
        seen = _sides(walk, rows, points, asked)
        sides += seen.sum(axis=1)
        moved = points - near[:, None]
        for at in range(size):
            toward = toward + moved[:, at] * column(seen[:, at], near)
            drift = drift + moved[:, at] * column(asked[:, at], near)
    mean = sides / np.maximum(counts, 1)
    one_sided = np.abs(mean) == 1
    return toward - drift * column(np.where(one_sided, 0.0, mean), near)


def _size(walk: Frontier, rows: Rows) -> Floats:
    """Return how far probes lie from the boundary point, per case."""
    wide = walk.room.ball.high - walk.room.ball.low
    return np.asarray(np.maximum(walk.far[rows] / walk.numbers, FINEST * sqrt(walk.numbers) * wide))


def _drawn(random: Random, turn: int, size: int, like: Any, *, start: int) -> Any:
    """Return directions `(n, size, ...)` of variance 1."""
    shape, purpose = (size, *like.shape[1:]), f"evasion.hopskipjump/{turn}"
    draw = random.flips if prod(like.shape[1:]) >= WIDE else random.bell
    return draw(purpose, shape, like, start=start)


def _sides(walk: Frontier, rows: Rows, points: Any, asked: Any) -> Floats:
    """Return 1 for every probe of another class, -1 for the others, 0 where none was asked: `(rows, probes)`."""
    xp = array_api_compat.array_namespace(points)
    whole, flat = xp.reshape(points, (-1, *points.shape[2:])), np.flatnonzero(asked.reshape(-1))
    chosen = whole if len(flat) == len(whole) else whole[flat]
    fell = walk.fallen(np.repeat(rows, asked.shape[1])[flat], chosen)
    sides = np.zeros(asked.size)
    sides[flat] = np.where(fell, 1.0, -1.0)
    return sides.reshape(asked.shape)


def _step(walk: Frontier, rows: Rows, slope: Any, turn: int) -> None:
    """Go along the slope, half as far each time, until the point is of another class; or stay."""
    xp = array_api_compat.array_namespace(slope)
    ahead = xp.sign(slope) if walk.room.ball.norm == "linf" else slope / (sized(xp, slope) + TINY)
    size, left = walk.far[rows] / sqrt(turn), np.arange(len(rows))
    for _ in range(HALVINGS):
        left = left[walk.left(rows[left]) > 1]
        if not left.size:
            break
        near = walk.near[rows[left]]
        point = walk.boxed(near + ahead[left] * column(size[left], near))
        fell = walk.fallen(rows[left], point)
        walk.keep(rows[left], point, fell)
        left = left[~fell]
        size = size / 2


CARD: Card[Adversary[Any, Any, Any]] = Card(
    HopSkipJump,
    "HopSkipJump",
    oracle="same_label",
    controls=("evasion.labelled",),
    reads=AIMED,
    norms=("linf", "l2"),
    cites=("arXiv:1904.02144",),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    lies=(
        "It needs many queries: what still stands after a few thousand may fall after more. Between several classes it "
        "may settle at the boundary of one that is not the nearest. A model that answers at random leads it astray."
    ),
)
