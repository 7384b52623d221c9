"""DeepFool: to the nearest plane, and again from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.lengths import TINY, between, length
from seatrial.adversaries.nearest import Nearest
from seatrial.adversaries.planes import reaching
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Differentiable

DUAL = {"linf": "l1", "l2": "l2", "l1": "linf"}


@dataclass(frozen=True)
class DeepFool:
    """Step to the nearest of the planes that stand for the borders, until the class changes (arXiv:1511.04599).

    Moosavi-Dezfooli et al. take the target for linear at the present point: each other class gives a plane, and the
    step goes to the nearest of them, a little beyond.  Here the input range is part of the plane, so that a step is not
    cut off at it.  It is cheap and lands near; it does not come back for a nearer break.  Cost of a case that stands:
    steps forward passes, steps x classes gradients, and one forward pass where the break lies outside the ball.
    """

    steps: int = 20
    """Passes."""
    classes: int = 3
    """Classes whose planes are looked at in each pass: those that are nearest in score."""
    over: float = 0.02
    """How far beyond the plane a step goes, as a share of the whole change."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the first point that broke each case, or the best point of the ball."""
        hunt = Nearest(target, batch, bench, first=True)
        xp, point, change = array_api_compat.array_namespace(hunt.x), hunt.x, hunt.x * 0
        for _ in range(self.steps):
            if hunt.over():
                break
            gaps, slopes, point, change = hunt.survey(point, self.classes, change)
            if not hunt.rows.size:
                break
            begun = hunt.x + change
            away = [_apart(hunt.norm, gap, slope) for gap, slope in zip(gaps, slopes, strict=True)]
            gap, slope = gaps[0], slopes[0]
            nearest = away[0]
            for other, gap_of, slope_of in zip(away[1:], gaps[1:], slopes[1:], strict=True):
                nearer = other < nearest
                nearest = xp.where(nearer, other, nearest)
                gap, slope = xp.where(nearer, gap_of, gap), xp.where(nearer[:, None], slope_of, slope)
            # The plane was seen a little beyond the point that the change so far leads to.
            gap = gap + xp.sum(slope * (point - begun), axis=1)
            step = reaching(hunt.norm, slope, gap, hunt.low - begun, hunt.high - begun)
            change = between(begun + step, hunt.low, hunt.high) - hunt.x
            point = between(hunt.x + change * (1 + self.over), hunt.low, hunt.high)
        return hunt.attempts()


def _apart(norm: str, gap: Any, slope: Any) -> Any:
    """Return how far a plane is, the input range not in the way."""
    return abs(gap) / (length(DUAL[norm], slope) + TINY)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    DeepFool,
    "DeepFool",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    norms=("linf", "l2", "l1"),
    cites=("arXiv:1511.04599",),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    lies=(
        "It stops at the first break, which is not the nearest: a case that it leaves standing may well fall to a "
        "longer search.  It needs a gradient that tells where the border is."
    ),
)
