"""Momentum on other views of an image: resized, padded, and with a blurred gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.chase import Chase
from seatrial.adversaries.diversity import Diversity
from seatrial.adversaries.slopes import scaled
from seatrial.adversaries.through import images
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Differentiable


@dataclass(frozen=True)
class Diverse:
    """Climb the loss along a running sum of gradients, each taken on views of the image that are drawn anew.

    Input diversity (Xie et al., arXiv:1803.06978) sees the image resized and padded, with some probability;
    translation invariance (Dong et al., arXiv:1904.02884) blurs the gradient.  Perturbations that do not hang on one
    alignment carry over to other models, and get past a model that resizes or crops by chance.  The point itself is
    asked after every step, so a case leaves when the real image breaks it.  Cost of a case that stands: 1 + steps x
    (views + 1) forward passes and steps x views gradients.
    """

    steps: int = 10
    """Gradient steps."""
    step: float = 0.1
    """Length of a step, as a share of eps."""
    decay: float = 1.0
    """Share of the old direction that is kept."""
    views: int = 1
    """Views per step whose gradients are averaged."""
    chance: float = 0.7
    """Probability that a view is resized and padded."""
    least: float = 0.85
    """Smallest side of a resized image, as a share."""
    blur: int = 0
    """Width of the kernel that blurs the gradient, odd; 0 is none.  The paper takes 7 to 15 for 299 pixels."""
    loss: str = "cross_entropy"
    """`cross_entropy` or `margin`."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the point that broke each case, or the point of smallest margin.

        Raises:
            CasesError: If the cases are no images, or have no labels.
            PlanError: If no view can be made as the tactics say.
        """
        images(batch.inputs, "a view")
        diversity = Diversity(self.chance, self.least, self.blur)
        chase = Chase(target, batch, bench)
        chase.price = 1 + max(1, self.views)
        point, direction = batch.inputs, batch.inputs * 0
        for step in range(self.steps):
            if chase.over():
                break
            point, direction = chase.ask(point, point, direction)
            if not chase.rows.size:
                break
            total = point * 0
            for view in range(max(1, self.views)):
                total = total + self._seen(chase, diversity, point, f"evasion.diverse/{step}/{view}")
            direction = direction * self.decay + scaled(total)
            point = chase.room.uphill(point, direction, self.step)
        chase.price = 1
        if not chase.over():
            chase.ask(point)
        return chase.attempts()

    def _seen(self, chase: Chase, diversity: Diversity, point: Any, purpose: str) -> Any:
        """Return the gradient through one view of every standing case."""

        def slope(responses: Any) -> Any:
            return chase.aim.slope(self.loss, responses)

        return scaled(diversity.gradient(chase.target, point, slope, chase.random, purpose)[0])


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Diverse,
    "Momentum on diverse views",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    cites=("arXiv:1803.06978", "arXiv:1904.02884"),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    rank=3,
    lies=(
        "Its gradients are those of other views, so against the model as it is a plain search finds more; it shows "
        "what carries over to other models and alignments."
    ),
)
