"""Carlini and Wagner's attack: the square of the length plus what not breaking costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.adversaries.adam import Adam
from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.lengths import TINY, between, length
from seatrial.adversaries.nearest import Nearest, Seen
from seatrial.adversaries.price import Price, State, haggled
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Differentiable


@dataclass(frozen=True)
class CarliniWagner:
    """Find the nearest point in L2 that breaks each case (Carlini and Wagner, arXiv:1608.04644).

    Adam goes down the squared length of the change plus a price times the margin, while that is above 0.  The price is
    searched for in rounds: the smallest that still breaks the case.  It begins where a plane would ask for it, so that
    the scale of inputs and scores does not matter, and each round begins at the nearest break so far.  The input range
    is kept by clipping: under the paper's tanh, numbers at an end of it would hardly move.  What is handed back is the
    nearest break, if the threat allows it, else the best point of the ball.  Cost of a case that goes on: rounds x
    steps passes with their gradients, and one forward pass where the nearest break lies outside.
    """

    rounds: int = 5
    """Prices that are tried."""
    steps: int = 40
    """Passes for each."""
    step: float = 0.03
    """Step of Adam, as a share of the input range; it falls to a tenth in each round."""
    minimise: bool = False
    """Whether a case that is broken inside the ball goes on, to be broken nearer; otherwise it leaves in that pass."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the nearest point that broke each case, or the best point of the ball."""
        hunt = Nearest(target, batch, bench, minimise=self.minimise)

        def begin() -> tuple[Any, State]:
            adam = Adam.of(hunt.x)
            return hunt.close, (adam.mean, adam.square)

        def move(step: int, point: Any, state: State, seen: Seen, _: Price, cost: Any) -> tuple[Any, State]:
            mean, square = state
            adam = Adam(mean, square, step).fed(2 * (point - hunt.x) - seen.gradient * cost)
            size = self.step * hunt.span * 0.1 ** (step / self.steps)
            return between(point + adam.ahead() * size, hunt.low, hunt.high), (adam.mean, adam.square)

        haggled(hunt, self.rounds, self.steps, begin=begin, first=_first, move=move)
        return hunt.attempts()


def _first(seen: Seen) -> Price:
    """Return the price at which the nearest point of the plane seen costs as much as it saves.

    With a squared length d² and a plane at d = margin / |gradient|, that is 2 d / |gradient|.
    """
    return Price.of(2 * abs(seen.margin) / (length("l2", seen.gradient) ** 2 + TINY))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    CarliniWagner,
    "Carlini and Wagner's attack in L2",
    oracle="same_label",
    controls=("evasion.linear_l2",),
    reads=SLOPED,
    norms=("l2",),
    cites=("arXiv:1608.04644",),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    lies=(
        "With few rounds the price is not found, and the change is longer than it need be.  Where the margin has no "
        "slope, it goes nowhere."
    ),
)
