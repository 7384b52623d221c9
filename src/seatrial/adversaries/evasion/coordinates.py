"""Coordinate search: block after block of numbers moved up or down, coarse first, by scores alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.blocks import HALVED, WAY, Blocks, Marks, Whole
from seatrial.adversaries.probing import Probing, column
from seatrial.records.batch import Array, Attempts, Batch, plain
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Target

FINE = 6
"""Times that the step is halved once blocks are single numbers; then it starts again at the first step."""


@dataclass(frozen=True)
class Coordinates:
    """Try every block of numbers up and down, keep what lowers the margin, and go finer when nothing helps.

    A pattern search (Hooke and Jeeves, doi:10.1145/321062.321069), for tables and vectors as well as images.  The
    blocks of an image are squares, each channel by itself, which become smaller by halves (as in Moon et al.,
    arXiv:1905.06635); a vector starts with single numbers.  Every case visits its blocks in a random order of its own
    and has its own block size and step: a round that helped is followed by one of the same kind, one that did not by a
    finer one; when steps are fine enough it begins anew from the best point.  Cost of a case that stands: `queries`
    forward passes, the untouched check among them.
    """

    queries: int = 1000
    """Queries per case."""
    block: int = 8
    """Pixels along the side of the first blocks of an image."""
    step: float = 0.3
    """First step of a block in L1 and L2, as a share of eps; in Linf it goes to the end of its range."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the point that broke each case, or the point of smallest margin.

        Raises:
            TrialError: If the target gives nothing to climb by.
        """
        probing = Probing(target, batch, bench, self.queries)
        rounds = Blocks(tuple(batch.inputs.shape[1:]), self.block, halvings=FINE)
        turn = rounds.begun(probing.random, "evasion.coordinates")
        while not probing.over():
            point, last = self._candidate(probing, rounds, turn)
            before = probing.least
            _, before, turn, last = probing.ask(point[:, None], before, turn, last)
            rounds.next(turn, probing.least < before, last)
        return probing.attempts()

    def _candidate(self, probing: Probing, rounds: Blocks, turn: Whole) -> tuple[Any, Marks]:
        """Return what each case asks next, and whether the other way would change nothing, or had its turn."""
        xp, best = array_api_compat.array_namespace(probing.best), probing.best
        inside = rounds.block(turn, best)
        move = inside * column(self._steps(probing.room.ball, rounds, turn), best)
        up, down = probing.room.inside(best + move), probing.room.inside(best - move)
        axes = tuple(range(1, best.ndim))
        shift = xp.sum((best - probing.room.x) * inside, axis=axes)
        reach = [xp.max(xp.abs(end - best), axis=axes) for end in (up, down)]
        moved, rises, falls = (np.asarray(plain(one)) for one in (shift, *reach))
        first = (rises > 0) & ((moved <= 0) | (falls == 0))
        rising = first ^ (turn[:, WAY] == 1)
        other = np.where(rising, falls, rises)
        point = xp.where(column(rising, best) > 0, up, down)
        return point, (turn[:, WAY] == 1) | (other == 0)

    def _steps(self, ball: Ball, rounds: Blocks, turn: Whole) -> npt.NDArray[np.float64]:
        """Return how far each number of a block moves."""
        share = ball.eps / 2.0 ** turn[:, HALVED]
        if ball.norm == "linf":
            return np.asarray(2 * share)
        return np.asarray(self.step * share / rounds.numbers(turn) ** (0.5 if ball.norm == "l2" else 1.0))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Coordinates,
    "Coordinate search",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    cites=("doi:10.1145/321062.321069", "arXiv:1905.06635"),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    lies=(
        "A round over all numbers of a large image takes thousands of queries; what still stands before the first "
        "one is over was hardly tried. Rounded scores stop it, and it never steps back out of a hollow."
    ),
)
