"""Elastic-net attack: few numbers and a short change at once, by soft thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.lengths import TINY, between, length, soft
from seatrial.adversaries.nearest import Nearest, Seen
from seatrial.adversaries.price import Price, State, haggled
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Differentiable


@dataclass(frozen=True)
class Ead:
    """Find the nearest point in L1 that breaks each case (EAD: Chen et al., arXiv:1709.04114).

    Fast iterative shrinking goes down the squared length plus a price times the margin, while that is above 0, and puts
    a soft threshold on the change after each step, which sets small numbers to nothing.  The price is searched for in
    rounds, as in Carlini and Wagner's attack.  What is handed back is the nearest break in the norm of the threat, if
    it allows that, else the best point of the ball.  Cost of a case that goes on: rounds x steps passes with their
    gradients, and one forward pass where the nearest break lies outside.
    """

    rounds: int = 5
    """Prices that are tried."""
    steps: int = 40
    """Passes for each."""
    step: float = 0.02
    """First step, as a share of a whole step down the squared length; it falls along a square root."""
    threshold: float = 5.0
    """What the sum of the change counts beside its square, in input ranges."""
    minimise: bool = False
    """Whether a case that is broken inside the ball goes on, to be broken nearer; otherwise it leaves in that pass."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the nearest point that broke each case, or the best point of the ball."""
        hunt = Nearest(target, batch, bench, minimise=self.minimise)

        def begin() -> tuple[Any, State]:
            return hunt.x, (hunt.x * 0,)

        def move(step: int, point: Any, state: State, seen: Seen, price: Price, cost: Any) -> tuple[Any, State]:
            size = self.step * (1 - step / self.steps) ** 0.5
            change = point - hunt.x
            change = change - size * (2 * change - seen.gradient * cost)
            change = soft(change, price.now * 0 + size * self.threshold * hunt.span)
            # Nesterov's step beyond the change: asked is the point ahead, as the gradient is taken there.
            ahead = change + (change - state[0]) * (step / (step + 3))
            return between(hunt.x + ahead, hunt.low, hunt.high), (change,)

        haggled(hunt, self.rounds, self.steps, begin=begin, first=partial(self._first, hunt), move=move)
        return hunt.attempts()

    def _first(self, hunt: Nearest, seen: Seen) -> Price:
        """Return the price that just pays for the number with the largest slope to move as far as a plane asks for."""
        top = length("linf", seen.gradient) + TINY
        return Price.of((self.threshold * hunt.span + 2 * abs(seen.margin) / top) / top)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Ead,
    "Elastic-net attack",
    oracle="same_label",
    controls=("evasion.linear_l1",),
    reads=SLOPED,
    norms=("l1",),
    cites=("arXiv:1709.04114",),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    lies=(
        "With few rounds the price is not found, and the change is larger than it need be.  Where the margin has no "
        "slope, it goes nowhere."
    ),
)
