"""Primal-dual proximal descent: the price of a break is learned while the change is kept small."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any

import array_api_compat

from seatrial.adversaries.adam import Adam
from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.lengths import TINY, between, length, soft, within
from seatrial.adversaries.nearest import Nearest
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import NORMS, Ball
from seatrial.targets.target import SLOPED, Differentiable

KEPT = 0.9
"""Share of the old price that a running mean keeps."""
LEAST = 1e-6
"""Smallest ratio between the two prices."""


@dataclass(frozen=True)
class PrimalDual:
    """Find the nearest point that breaks each case, as the saddle of a Lagrangian (PDPGD: arXiv:2106.01538).

    Matyasko and Chau weigh two prices: of the change and of not having broken the case.  Each pass goes down the second
    by Adam, shrinks the change by the proximal operator of its norm, and moves the prices: breaking grows dearer while
    it fails.  What is handed back is the nearest break, if the threat allows it, else the best point of the ball.  Cost
    of a case that goes on: steps passes with their gradients, and one forward pass where the nearest break is outside.
    """

    steps: int = 200
    """Passes."""
    step: float = 0.1
    """First step of Adam, as a share of the input range; it falls to a hundredth, by the same factor in each pass."""
    price: float = 0.1
    """First change of the logarithm of the prices' ratio; it falls to a tenth."""
    ratio: float = 0.01
    """Ratio of the prices at first: of the change to that of not breaking."""
    inner: int = 5
    """Proximal steps in each pass."""
    minimise: bool = False
    """Whether a case that is broken inside the ball goes on, to be broken nearer; otherwise it leaves in that pass."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the nearest point that broke each case, or the best point of the ball."""
        hunt = Nearest(target, batch, bench, minimise=self.minimise)
        xp = array_api_compat.array_namespace(hunt.x)
        flat = hunt.x[:, 0] * 0
        point, adam, odds, mean = hunt.x, Adam.of(hunt.x), flat - log(self.ratio), flat + 1 / (1 + self.ratio)
        for step in range(self.steps):
            if hunt.over():
                break
            seen, point, one, two, odds, mean = hunt.pull(point, adam.mean, adam.square, odds, mean)
            if not hunt.rows.size:
                break
            done = step / self.steps
            # The slope of softplus(margin): all of it while far from breaking, nothing once well beyond.
            weight = 1 / (1 + xp.exp(-xp.minimum(xp.maximum(seen.margin, odds * 0 - 80), odds * 0 + 80)))
            adam = Adam(one, two, step).fed(-seen.gradient * weight[:, None] * hunt.span)
            point = self._moved(hunt, point, adam, self.step * 0.01**done, mean)
            turn = self.price * (1 - 0.9 * done)
            odds = odds + xp.where(seen.margin > 0, odds * 0 + turn, odds * 0 - turn)
            odds = xp.minimum(xp.maximum(odds, odds * 0 + log(LEAST)), odds * 0 - log(LEAST))
            mean = mean * KEPT + (1 - KEPT) / (1 + xp.exp(-odds))
        return hunt.attempts()

    def _moved(self, hunt: Nearest, point: Any, adam: Adam, size: float, price: Any) -> Any:
        """Return the points one step further, inside the range and shrunk by the proximal operator (arXiv:1910.10094).

        Changes are in input ranges here.
        """
        low, high = hunt.low - hunt.x, hunt.high - hunt.x
        wanted = between(point - hunt.x + adam.ahead() * (size * hunt.span), low, high) / hunt.span
        pace = adam.pace()
        most = length("linf", pace)
        share, shrink = pace / most[:, None], size / most * (1 - price) / (price + TINY)
        change = wanted
        for _ in range(self.inner):
            change = shrunk(hunt.norm, change - share * (change - wanted), shrink)
            change = between(change * hunt.span, low, high) / hunt.span
        return between(hunt.x + change * hunt.span, hunt.low, hunt.high)


def shrunk(norm: str, change: Any, by: Any) -> Any:
    """Return the proximal operator of a norm: what is nearest to the change, plus `by` `(m,)` times its norm."""
    xp = array_api_compat.array_namespace(change)
    if norm == "l0":
        return xp.where(xp.abs(change) >= xp.sqrt(2 * by)[:, None], change, xp.zeros_like(change))
    if norm == "l1":
        return soft(change, by)
    if norm == "l2":
        left = 1 - by / (length("l2", change) + TINY)
        return change * xp.maximum(left, left * 0)[:, None]
    return change - within("l1", change, by)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    PrimalDual,
    "Primal-dual proximal gradient descent",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    norms=NORMS,
    cites=("arXiv:2106.01538",),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    lies=(
        "Its prices need some two hundred passes to settle: with few, what it finds is far from nearest.  A gradient "
        "that is 0 or hidden gives it no direction."
    ),
)
