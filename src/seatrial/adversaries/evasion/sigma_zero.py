"""Sigma-zero: fewest numbers, by a smooth stand-in for their count and a threshold that learns."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from typing import Any

import array_api_compat

from seatrial.adversaries.adam import Adam
from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.lengths import TINY, between, length
from seatrial.adversaries.nearest import Nearest
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Differentiable


@dataclass(frozen=True)
class SigmaZero:
    """Change as few numbers as possible (Cina et al., arXiv:2402.01879).

    Each pass goes down the sum of the margin, while it is above 0, and of a smooth count of the numbers that changed;
    then changes below a threshold are put back.  The threshold rises while the point breaks its case and falls while it
    does not.  What is handed back is the break with fewest numbers, if the threat allows it, else the best point of the
    ball.  Cost of a case that goes on: steps passes with their gradients, and one forward pass where the nearest break
    lies outside.
    """

    steps: int = 200
    """Passes."""
    step: float = 1.0
    """First step of Adam, as a share of the input range; the last is a tenth of it."""
    sigma: float = 0.001
    """Sharpness of the smooth count: a change of its square root, in input ranges, counts half."""
    threshold: float = 0.3
    """First threshold, as a share of the input range."""
    pace: float = 0.02
    """Change of the threshold in a pass, as a share of the step."""
    minimise: bool = False
    """Whether a case that is broken inside the ball goes on, to be broken by fewer; otherwise it leaves at once."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the break of fewest numbers for each case, or the best point of the ball."""
        hunt = Nearest(target, batch, bench, minimise=self.minimise)
        xp = array_api_compat.array_namespace(hunt.x)
        point, bar, adam, size = hunt.x, hunt.x[:, 0] * 0 + self.threshold, Adam.of(hunt.x), self.step
        for step in range(self.steps):
            if hunt.over():
                break
            seen, point, bar, mean, square = hunt.pull(point, bar, adam.mean, adam.square)
            if not hunt.rows.size:
                break
            change = (point - hunt.x) / hunt.span
            count = 2 * change * self.sigma / (change**2 + self.sigma) ** 2 / change.shape[1]
            slope = count - seen.gradient * hunt.span * xp.astype(seen.margin > 0, change.dtype)[:, None]
            adam = Adam(mean, square, step).fed(slope / (length("linf", slope) + TINY)[:, None])
            moved = between(hunt.x + (change + adam.ahead() * size) * hunt.span, hunt.low, hunt.high)
            size = self.step * (0.1 + 0.9 * (1 + cos(pi * step / self.steps)) / 2)
            bar = bar + xp.where(seen.broken, bar * 0 + 1, bar * 0 - 1) * self.pace * size
            bar = xp.minimum(xp.maximum(bar, bar * 0), bar * 0 + 1)
            point = xp.where(xp.abs(moved - hunt.x) < (bar * hunt.span)[:, None], hunt.x, moved)
        return hunt.attempts()


CARD: Card[Adversary[Any, Any, Any]] = Card(
    SigmaZero,
    "Sigma-zero",
    oracle="same_label",
    controls=("evasion.linear_l0",),
    reads=SLOPED,
    norms=("l0",),
    cites=("arXiv:2402.01879",),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    lies=(
        "It goes down the margin: a gradient that is 0 or hidden leaves it where it is.  Fewer numbers than it found "
        "may do: the count has many valleys, and it visits some."
    ),
)
