"""SimBA: one direction after the other, up or down, by scores alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.cosines import order, single, waves
from seatrial.adversaries.probing import Probing, column
from seatrial.errors import Problem, TrialError
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Target

SHELL = 0.125
"""Share of an axis by which each shell of frequencies is wider than the last."""
BASES = ("pixels", "cosines")


@dataclass(frozen=True)
class Simba:
    """Step along one orthonormal direction, or back along it, and keep what lowers the margin (arXiv:1905.07121).

    Guo et al., "Simple black-box adversarial attacks".  Directions are single numbers, or cosines (DCT) from the
    slowest to the fastest, in a random order for each case; none comes twice before all had their turn.  Each case goes
    its own way through them: where the first way helped, the second is not asked for.  Points are pulled back into ball
    and box, so it plays in every norm; a table has no cosines and gets single numbers.  It needs scores and no
    gradient. Cost of a case that stands: `queries` forward passes, the untouched check among them.
    """

    queries: int = 1000
    """Queries per case; the paper takes up to 20,000."""
    basis: str = "cosines"
    """`pixels` or `cosines`."""
    step: float = 0.2
    """Length of a step: a share of eps for L1 and L2, of twice eps for a cosine's largest number in Linf; a single
    number goes to the end of its range in Linf."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the point that broke each case, or the point of smallest margin.

        Raises:
            TrialError: If the target gives nothing to climb by, or there is no such basis.
        """
        if self.basis not in BASES:
            raise TrialError(Problem("evasion.simba: basis", f"no basis {self.basis!r}", f"one of {', '.join(BASES)}"))
        shape = tuple(batch.inputs.shape[1:])
        cosines = self.basis == "cosines" and waves(shape)
        probing = Probing(target, batch, bench, self.queries)
        turns = order(probing.random, "evasion.simba", shape, lowest=SHELL if cosines else 0.0)
        at, way = np.zeros(len(turns), dtype=np.intp), np.ones(len(turns))
        while not probing.over():
            here = turns[np.arange(len(turns)), at % turns.shape[1]]
            made = single(shape, here, probing.best) if cosines else _spike(shape, here, probing.best)
            move = made * column(way * self._length(bench.threat, shape, cosines=cosines), made)
            before = probing.least
            point = probing.room.inside(probing.best + move)
            _, turns, at, way, before = probing.ask(point[:, None], turns, at, way, before)
            done = (probing.least < before) | (way < 0)
            at, way = np.where(done, at + 1, at), np.where(done, 1.0, -1.0)
        return probing.attempts()

    def _length(self, ball: Ball, shape: tuple[int, ...], *, cosines: bool) -> float:
        if ball.norm != "linf":
            return self.step * ball.eps
        largest = 2.0 / np.sqrt(prod(shape[-2:])) if cosines else 1.0
        return 2 * ball.eps * (self.step if cosines else 1.0) / largest


def _spike(shape: tuple[int, ...], which: npt.NDArray[np.intp], like: Any) -> Any:
    """Return 1 at one number per case, 0 elsewhere."""
    xp, device = array_api_compat.array_namespace(like), array_api_compat.device(like)
    flat = xp.arange(prod(shape), device=device)[None, :] == xp.asarray(which, device=device)[:, None]
    return xp.reshape(xp.astype(flat, like.dtype), (-1, *shape))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Simba,
    "SimBA",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    cites=("arXiv:1905.07121",),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    lies=(
        "It goes downhill one direction at a time and never back: rounded scores, or a margin that falls only when "
        "many directions change together, stop it early. Few queries look like robustness."
    ),
)
