"""Momentum with a look ahead, over copies of other scale, and with the variance of the gradient taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.chase import Chase
from seatrial.adversaries.slopes import finite, scaled
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Differentiable


@dataclass(frozen=True)
class Nesterov:
    """Climb the loss along a running sum of gradients that are taken one step ahead.

    The look ahead is Nesterov's, the scale copies are of the same paper (NI-FGSM and SI: Lin et al.,
    arXiv:1908.06281): the gradient is the mean over the case divided by 1, 2, 4 and so on.  With `neighbours` the
    difference between the gradients around the last point and at it is added to the next one (VNI-FGSM: Wang and He,
    arXiv:2103.15571).  All of it makes examples that carry over to other models; against the model itself it is a
    strong momentum attack.  Deterministic but for the neighbours.  The point ahead lies inside the ball, so the pass
    that gives its gradient is a check too.  Cost of a case that stands: steps x (scales + neighbours) + 1 forward
    passes, and one less gradients.
    """

    steps: int = 10
    """Gradient steps."""
    step: float = 0.1
    """Length of a step, as a share of eps; the papers take 1/steps."""
    decay: float = 1.0
    """Share of the old direction that is kept."""
    ahead: bool = True
    """Whether the gradient is taken one step ahead."""
    scales: int = 1
    """Copies of the case, each half as large in its numbers as the one before, whose gradients are averaged."""
    neighbours: int = 0
    """Random neighbours per step whose gradients tell how much it varies."""
    spread: float = 1.5
    """How far the neighbours lie, as a share of eps."""
    loss: str = "cross_entropy"
    """`cross_entropy` or `margin`."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the point that broke each case, or the point of smallest margin."""
        chase = Chase(target, batch, bench)
        chase.price = max(1, self.scales) + max(0, self.neighbours)
        point, direction, drift = batch.inputs, batch.inputs * 0, batch.inputs * 0
        for step in range(self.steps):
            if chase.over():
                break
            seen = chase.room.uphill(point, direction, self.step * self.decay) if self.ahead and step else point
            slope, seen, point, direction, drift = chase.pull(seen, self.loss, point, direction, drift)
            if not chase.rows.size:
                break
            slope = self._scaled(chase, seen, finite(slope))
            direction = direction * self.decay + scaled(slope + drift)
            drift = self._drift(chase, seen, slope, step)
            point = chase.room.uphill(point, direction, self.step)
        chase.price = 1
        if not chase.over():
            chase.ask(point)
        return chase.attempts()

    def _scaled(self, chase: Chase, point: Any, slope: Any) -> Any:
        """Return the mean of the gradients at the point and at its smaller copies."""
        total = slope
        for power in range(1, self.scales):
            total = total + _slope(chase, point * 2.0**-power, self.loss) * 2.0**-power
        return total / max(1, self.scales)

    def _drift(self, chase: Chase, point: Any, slope: Any, step: int) -> Any:
        """Return by how much the mean gradient around the point differs from the one at it."""
        if self.neighbours < 1:
            return slope * 0
        total, reach = slope * 0, self.spread * chase.room.ball.eps
        for one in range(self.neighbours):
            purpose = f"evasion.nesterov/{step}/{one}"
            aside = chase.random.uniform(purpose, tuple(point.shape[1:]), point) * 2 - 1
            total = total + _slope(chase, point + aside * reach, self.loss)
        return total / self.neighbours - slope


def _slope(chase: Chase, point: Any, name: str) -> Any:
    """Return the gradient at points that are no attempts: they may lie outside the ball."""
    responses, back = chase.target.linearise(point)
    return finite(back(chase.aim.slope(name, responses)))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Nesterov,
    "Nesterov momentum, over scales and neighbours",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    cites=("arXiv:1908.06281", "arXiv:2103.15571"),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    lies=(
        "As with every gradient attack, a hidden or shattered gradient leaves it without direction; its strength is to "
        "carry over to other models, so against the model itself longer searches find more."
    ),
)
