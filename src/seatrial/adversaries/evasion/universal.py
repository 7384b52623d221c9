"""One perturbation for all cases, counted on cases that it was not found on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.joint import Crowd, climbed, crossed
from seatrial.adversaries.norms import Room
from seatrial.adversaries.slopes import scaled
from seatrial.records.batch import Array, Attempts, Batch, copied
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Differentiable


@dataclass(frozen=True, eq=False)
class Added:
    """The same numbers added to every case, inside ball and box."""

    room: Room

    def at(self, rows: Any) -> Added:
        """Return the same for these cases."""
        return Added(self.room.at(rows))

    def made(self, change: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the changed cases, and the pull-back: 0 where the range cut the change off."""
        wish = self.room.x + change
        point = self.room.inside(wish)
        xp = array_api_compat.array_namespace(point)
        free = (wish >= self.room.low) & (wish <= self.room.high)
        return point, lambda gradient: xp.where(free, gradient, xp.zeros_like(gradient))


@dataclass(frozen=True)
class Universal:
    """Find one change that breaks many cases at once, and count it on others.

    Universal perturbations (Moosavi-Dezfooli et al., arXiv:1610.08401) are found here by gradient steps on the mean of
    a clipped loss (Shafahi et al., arXiv:1811.11304): cases whose margin is as far below 0 as it was above 0 in the
    mean pull no more.  An attacker who prepares a change does not know the cases that it will meet, so the cases are
    halved by lot, and each half is counted under what was found on the other: the rate that is reported is that of
    cases which the change has not seen.  The change that counts is the one under which most cases of its own half
    fell.  Cost of a case: `steps` forward passes and gradients.
    """

    steps: int = 80
    """Gradient steps, each over all cases of a half."""
    step: float = 0.2
    """Length of a step, as a share of eps; it falls to a tenth on the way."""
    decay: float = 0.9
    """Share of the old direction that is kept."""
    split: bool = True
    """Whether a change is counted on the half that it was not found on; else it is found and counted on all cases,
    which says more than an attacker can do."""
    loss: str = "cross_entropy"
    """`cross_entropy` or `margin`."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return every case with the change that was found on the other half.

        Raises:
            CasesError: If the cases have no labels.
        """
        room = Room.around(bench.threat, batch.inputs)
        found: Any = copied(batch.inputs)
        for mine, theirs in crossed(batch, bench.random, "evasion.universal", split=self.split):
            change = self._found(Crowd(target, batch, bench, mine), Added(room.at(mine)))
            found[theirs] = Added(room.at(theirs)).made(change)[0]
        return Attempts(stimuli=found)

    def _found(self, crowd: Crowd, making: Added) -> Any:
        """Return the change that breaks most of these cases, one row."""
        xp = array_api_compat.array_namespace(making.room.x)
        none = xp.zeros_like(making.room.x[:1])
        ball = Room.around(replace(making.room.ball, low=-float("inf"), high=float("inf")), none)
        direction = none

        def move(change: Any, slopes: Any, step: int) -> Any:
            nonlocal direction
            direction = direction * self.decay + scaled(xp.sum(slopes, axis=0, keepdims=True))
            return ball.uphill(change, direction, self.step * (1 - 0.9 * step / max(1, self.steps)))

        def look(change: Any, step: int) -> Any:  # noqa: ARG001 - every step looks the same way
            return crowd.glance(making, change, self.loss)

        return climbed(crowd, none, look, move, steps=self.steps)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Universal,
    "One perturbation for all cases",
    oracle="same_label",
    controls=("evasion.alike",),
    reads=SLOPED,
    norms=("linf", "l2", "l1"),
    cites=("arXiv:1610.08401", "arXiv:1811.11304"),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    scope="whole",
    most=5000,
    allocates=True,
    lies=(
        "A change found on few cases says little about one that was found on many thousands; and a model on which no "
        "one change works may still fall case by case."
    ),
)
