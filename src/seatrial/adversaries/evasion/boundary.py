"""The boundary attack: a random walk along the boundary, by labels alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.frontier import WIDE, Floats, Frontier, Rows, frontier
from seatrial.adversaries.norms import TINY
from seatrial.adversaries.probing import column, unit
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import AIMED, Target

EVERY = 4
"""Of so many queries of a case, one asks for the sideways step alone, to learn how long it may be."""
FASTER, SLOWER = 1.3, 1.3**-0.5
"""What a step is multiplied with after it kept the class, and after it did not: balanced where a third keep it."""
NEAREST = 1e-6


@dataclass(frozen=True)
class Boundary:
    """Step sideways at random and a little towards the case, and stay of another class (Brendel et al., 2018).

    "Decision-based adversarial attacks", arXiv:1712.04248.  Each case walks from its first point of another class,
    pulled to the boundary by halving, on a sphere around the case, and then inwards; both steps are adapted to how
    often they keep the class, for each case by itself, after every answer (the paper: after every ten).  It is the
    oldest of the attacks by labels and the slowest: others come nearer with the same queries, but few assumptions go
    into it.
    L2.  Cost of a case that stands: `queries` forward passes.
    """

    queries: int = 2500
    """Queries per case; the paper takes up to 1,000,000."""
    sideways: float = 0.1
    """First length of the step along the sphere, as a share of the distance."""
    inwards: float = 0.05
    """First length of the step towards the case, as a share of the distance."""
    starts: int = 50
    """Points that are tried until one is of another class."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return a point inside the radius that broke the case, or the nearest found pulled back to the radius.

        Raises:
            CasesError: If the cases have no labels.
            TrialError: If the norm is not `l2`.
        """
        walk = frontier(target, batch, bench, self.queries, name="evasion.boundary", norms=("l2",))
        walk.begin(self.starts)
        walk.search(walk.approach(walk.going()), finest=0.01)
        sideways, inwards = np.full(len(batch), self.sideways), np.full(len(batch), self.inwards)
        turn = 0
        while (rows := walk.going()).size:
            alone = turn % EVERY == 0
            point = _walked(walk, rows, turn, sideways[rows], np.zeros(len(rows)) if alone else inwards[rows])
            fell = walk.fallen(rows, point)
            walk.keep(rows, point, fell)
            size = sideways if alone else inwards
            size[rows] = np.clip(size[rows] * np.where(fell, FASTER, SLOWER), NEAREST, 0.5)
            walk.arrive(rows[fell])
            turn += 1
        return Attempts(stimuli=walk.handed_back())


def _walked(walk: Frontier, rows: Rows, turn: int, sideways: Floats, inwards: Floats) -> Any:
    """Return the points after a random step on the sphere around the case, and a step inwards."""
    xp, x = array_api_compat.array_namespace(walk.x), walk.x[rows]
    ahead = (walk.near[rows] - x) * column(1 / np.maximum(walk.far[rows], TINY), x)
    shape, random = tuple(x.shape[1:]), walk.random.at(rows)
    draw = random.flips if prod(shape) >= WIDE else random.bell
    drawn = draw("evasion.boundary", shape, x, start=turn * prod(shape))
    along = xp.sum(drawn * ahead, axis=tuple(range(1, x.ndim)), keepdims=True)
    moved = unit(ahead + unit(drawn - along * ahead) * column(sideways, x))
    return walk.boxed(x + moved * column(walk.far[rows] * (1 - inwards), x))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Boundary,
    "Boundary attack",
    oracle="same_label",
    controls=("evasion.labelled",),
    reads=AIMED,
    norms=("l2",),
    cites=("arXiv:1712.04248",),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    lies=(
        "It walks at random: after a few thousand queries it is still far from where better attacks by labels arrive, "
        "so its silence says little. A model that answers at random leads it astray."
    ),
)
