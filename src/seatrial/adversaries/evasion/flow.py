"""A smooth field of displacements, climbed by its gradient."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.bend import Bending, bent
from seatrial.adversaries.chase import Chase
from seatrial.adversaries.slopes import scaled, signed
from seatrial.adversaries.through import Through, centred_bench, images
from seatrial.records.batch import Array, Attempts, Batch, plain
from seatrial.records.card import Card
from seatrial.records.threat import Flow
from seatrial.targets.target import SLOPED, Differentiable


@dataclass(frozen=True)
class Bend:
    """Move every pixel a little, neighbours almost alike, so that the image bends until it is taken for another.

    Spatially transformed examples (Xiao et al., arXiv:1801.02612) ask softly that a field of displacements is smooth;
    here the threat says how far a pixel and how far two neighbours may move apart, and the field keeps to it by
    construction: it is the mean over a square of numbers that are free in a box (`adversaries/bend.py`).  These
    numbers climb the loss with momentum, from a standstill and then from random starts.  No value appears that the
    image does not hold.  Cost of a case that stands: restarts x (steps + 1) forward passes and restarts x steps
    gradients.
    """

    steps: int = 40
    """Gradient steps per start."""
    step: float = 0.25
    """Length of a step, as a share of the largest displacement; it falls to a tenth on the way."""
    decay: float = 0.75
    """Share of the old direction that is kept."""
    restarts: int = 2
    """Starts; every one after the first is random, and for the cases that still stand."""
    loss: str = "margin"
    """`cross_entropy` or `margin`."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Flow]) -> Attempts[Array]:
        """Return every image bent as it broke, or as the margin was smallest, with its field.

        Raises:
            CasesError: If the cases are no images, or have no labels.
        """
        x: Any = batch.inputs
        images(x, "a bend")
        xp, far = array_api_compat.array_namespace(x), float(bench.threat.pixels)
        making = Bending.under(bench.threat, x)
        still = xp.zeros((x.shape[0], 2, *x.shape[-2:]), dtype=x.dtype, device=array_api_compat.device(x))
        chase = Chase(Through(target, making), replace(batch, inputs=still), centred_bench(bench, far))
        for restart in range(self.restarts):
            if not chase.over():
                self._climb(chase, restart)
        field = making.field(chase.attempts().stimuli)
        return Attempts(stimuli=bent(x, field)[0], recipe=plain(field))

    def _climb(self, chase: Any, restart: int) -> None:
        """Make one run for the cases that stand."""
        point = chase.room.start(chase.random, f"evasion.flow/start/{restart}") if restart else chase.room.x
        direction = point * 0
        for step in range(self.steps):
            if chase.over():
                return
            gradient, point, direction = chase.pull(point, self.loss, direction)
            direction = direction * self.decay + scaled(gradient)
            point = chase.room.inside(point + signed(direction) * (chase.room.ball.eps * self._length(step)))
        if not chase.over():
            chase.ask(point)

    def _length(self, step: int) -> float:
        return float(self.step * (1 - 0.9 * step / max(1, self.steps)))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Bend,
    "A smooth bend of the image",
    oracle="same_label",
    controls=("evasion.bent",),
    reads=SLOPED,
    cites=("arXiv:1801.02612",),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    rank=3,
    lies=(
        "It follows gradients, so a model that rounds, saturates or hides its gradient leaves it without direction; "
        "and its fields are means over squares, not every field that the threat allows."
    ),
)
