"""Uniform fog: every number is moved the same way, as far as the ball allows."""

from dataclasses import dataclass

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.limits import limits
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import Target


@dataclass(frozen=True)
class Fog:
    """Moves every number of a case up, or down, as far as the ball allows.

    It asks the target nothing and costs nothing; it is what bad weather does, not an enemy.
    """

    up: bool = True

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the foggy cases."""
        lowest, highest = limits(bench.threat, batch.inputs)
        return Attempts(stimuli=highest if self.up else lowest)


CARD: Card[Adversary] = Card(Fog, "Uniform fog", oracle="lit", controls=("harbour.fog",), tags=("own", "black-box"))
