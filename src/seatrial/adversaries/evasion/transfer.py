"""Transfer: climb on models of one's own, and ask the target now and then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.away import Ensemble
from seatrial.adversaries.diversity import Diversity
from seatrial.adversaries.probing import Probing
from seatrial.adversaries.slopes import scaled
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import AIMED, Target

LOSSES = ("cross_entropy", "margin")
"""Taken by turns, from start to start."""


@dataclass(frozen=True)
class Transfer:
    """Climb the loss of an ensemble of other models, and try on the target what deceives them (arXiv:1611.02770).

    Liu et al.  The models are those that the charter names as `surrogates`: what an attacker could train on data of the
    same kind.  Their gradients, each divided by its mean size, are summed; momentum carries the sum (Dong et al.,
    arXiv:1710.06081), images are seen resized and padded (Xie et al., arXiv:1803.06978), and the gradient is blurred,
    so that it does not hang on one place (Dong et al., arXiv:1904.02884).  The target is asked after every few steps,
    by what it says of its class alone; the next start is drawn at random inside the ball, with the other loss.  Passes
    of the models are no queries of the target, and are accounted apart.  Cost of a case that stands: `queries` queries,
    the untouched check among them, and `steps` gradients of every model for each `asked` of them.
    """

    queries: int = 20
    """Queries of the target per case."""
    steps: int = 20
    """Steps from every start."""
    asked: int = 2
    """Times that the target is asked from every start, the last at its end."""
    decay: float = 1.0
    """Share of the old direction that is kept."""
    chance: float = 0.5
    """Probability that a model sees an image resized and padded; 0 is never."""
    blur: int = 0
    """Width in pixels of the blur of gradients; 0 is none, the paper takes 15 for images of 299 pixels."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the point that broke each case, or the point of smallest margin.

        Raises:
            TrialError: If the bench has no other model, or one without gradients.
        """
        models = Ensemble(bench, bench.helpers, batch.labels, Diversity(chance=self.chance, blur=self.blur))
        probing, at = Probing(target, batch, bench, self.queries), 0
        while not probing.over():
            self._climb(models, probing, at)
            at += 1
        return probing.attempts()

    def _climb(self, models: Ensemble, probing: Probing, start: int) -> None:
        """Climb from one start, and ask as often as the tactics say."""
        xp, room = array_api_compat.array_namespace(probing.room.x), probing.room
        point = room.start(probing.random, f"evasion.transfer/{start}") if start else room.x
        direction = point * 0
        every = -(-self.steps // max(1, self.asked))
        for step in range(self.steps):
            purpose = f"evasion.transfer/{start}/{step}"
            found = models.uphill(probing.rows, point, LOSSES[start % 2], probing.random, purpose)
            slope = xp.asarray(found, dtype=point.dtype, device=array_api_compat.device(point))
            direction = direction * self.decay + scaled(slope)
            point = probing.room.uphill(point, direction, 2 / self.steps)
            if (step + 1) % every == 0 or step + 1 == self.steps:
                _, point, direction = probing.ask(point[:, None], point, direction)
            if probing.over():
                break


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Transfer,
    "Transfer from an ensemble of other models",
    oracle="same_label",
    controls=("evasion.borrowed",),
    reads=AIMED,
    helpers=True,
    cites=("arXiv:1611.02770", "arXiv:1710.06081", "arXiv:1803.06978", "arXiv:1904.02884"),
    tags=("atlas:AML.T0043.003", "nist:NISTAML.025", "black-box"),
    lies=(
        "It is as good as the models that it borrows: where they have learned something else than the target, by other "
        "data or another kind of network, what deceives them leaves the target alone."
    ),
)
