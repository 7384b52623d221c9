"""RayS: in which corner of the cube does the boundary lie nearest, by labels alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.blocks import Blocks
from seatrial.adversaries.frontier import COARSE, frontier
from seatrial.adversaries.limits import span
from seatrial.adversaries.norms import boxed
from seatrial.adversaries.probing import column
from seatrial.records.batch import Array, Attempts, Batch, copied
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.target import AIMED, Target


@dataclass(frozen=True)
class Rays:
    """Flip the signs of one block after the other, as long as the boundary comes nearer (arXiv:2006.12792).

    Chen and Gu.  Every number moves by the same amount, up or down: one ray from the case to a corner of a cube.  A
    flipped block is asked for once, as far away as the best ray needs; only where that point is of another class does a
    binary search find how near the boundary lies along the new ray.  Blocks of an image are squares, coarse first, each
    channel by itself, where the paper has stretches of pixels; each case visits them in a random order.  The radius is
    the first place that every search asks, and a case leaves there.  Linf.  Cost of a case that stands: `queries`
    forward passes, at most; the last of them.
    """

    queries: int = 2500
    """Queries per case; the paper shows up to 10,000."""
    block: int = 16
    """Pixels along the side of the first blocks of an image."""
    finest: float = 0.01
    """Share of the distance to which a search finds the boundary."""
    starts: int = 50
    """Rays that are tried until one leads to another class."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return a point inside the radius that broke the case, or the nearest found pulled back to the radius.

        Raises:
            CasesError: If the cases have no labels.
            TrialError: If the norm is not `linf`.
        """
        walk = frontier(target, batch, bench, self.queries, name="evasion.rays", norms=("linf",))
        walk.begin(self.starts, _ray)
        walk.search(walk.approach(walk.going()), finest=self.finest)
        blocks = Blocks(tuple(batch.inputs.shape[1:]), self.block)
        turn, signs = blocks.begun(walk.random, "evasion.rays"), _signs(walk.near - walk.x)
        while (rows := walk.going()).size:
            some = turn[rows]
            flipped = signs[rows] * (1 - 2 * blocks.block(some, walk.x))
            point = walk.boxed(walk.x[rows] + flipped * column(walk.far[rows], walk.x))
            fell = walk.fallen(rows, point)
            signs[rows[fell]] = flipped[np.flatnonzero(fell)]
            walk.keep(rows, point, fell)
            blocks.next(some, np.zeros(len(rows), dtype=bool), np.ones(len(rows), dtype=bool))
            turn[rows] = some
            walk.search(walk.approach(rows[fell]), finest=self.finest)
        return Attempts(stimuli=walk.handed_back())


def _signs(change: Any) -> Any:
    """Return 1 where a change is not below 0, -1 elsewhere."""
    xp = array_api_compat.array_namespace(change)
    ones = xp.ones_like(change)
    return copied(xp.where(change < 0, -ones, ones))


def _ray(x: Any, random: Random, threat: Ball, at: int) -> Any:
    """Return the start of that number: to the far end of every number's range, up, down, then by grains of chance."""
    xp, device = array_api_compat.array_namespace(x), array_api_compat.device(x)
    ends = span(threat.low, threat.high, x)
    middle = (threat.low + threat.high) / 2
    if at < 3:
        ahead = (_signs(middle - x), xp.ones_like(x), -xp.ones_like(x))[at]
        return boxed(xp, x + ahead * (threat.high - threat.low), *ends)
    shape, grain = tuple(x.shape[1:]), COARSE[-(at % len(COARSE)) - 1]
    axes = range(max(0, len(shape) - 2), len(shape)) if len(shape) > 1 else ()
    small = tuple(-(-size // grain) if axis in axes else size for axis, size in enumerate(shape))
    drawn = random.signs(f"evasion.rays/start/{at}", small, x)
    for axis in axes:
        drawn = xp.take(drawn, xp.arange(shape[axis], device=device) // grain, axis=axis + 1)
    return boxed(xp, x + drawn * (threat.high - threat.low), *ends)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Rays,
    "RayS",
    oracle="same_label",
    controls=("evasion.corner",),
    reads=AIMED,
    norms=("linf",),
    cites=("arXiv:2006.12792",),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    lies=(
        "It needs many queries: what still stands after a few thousand may fall after more. It looks at corners only, "
        "so a hole in the middle of a side of the cube is not found; a model that answers at random leads it astray."
    ),
)
