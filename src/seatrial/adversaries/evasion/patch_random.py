"""The worst patch by scores alone: random squares inside a rectangle that wanders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.chase import Chase
from seatrial.adversaries.paste import rectangles
from seatrial.adversaries.rummage import Rummage, anywhere, striped
from seatrial.adversaries.through import boxed_bench, images
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Patch
from seatrial.targets.target import AIMED, Target


@dataclass(frozen=True)
class RandomPatch:
    """Overwrite one rectangle by random search: squares of an extreme colour inside it, now and then another place.

    Patch-RS (Croce et al., arXiv:2006.12834): a change that does not raise the margin is kept.  The squares shrink
    on the way, as in the Square attack, and so do the moves of the rectangle: every fifth query.  It needs scores
    and no gradient, so it sees through masked gradients; by labels alone it is a plain random search.  Cost of a case
    that stands: `queries` forward passes, the untouched check among them.
    """

    queries: int = 500
    """Queries per case; the paper takes 10,000."""
    share: float = 0.4
    """Share of the rectangle that the first squares cover."""
    moves: int = 5
    """Every so many queries the rectangle is moved; 0 is never."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Patch]) -> Attempts[Array]:
        """Return every image with its patch as it broke, or as the margin was smallest.

        Raises:
            CasesError: If the cases are no images, or have no labels.
            TrialError: If the rectangle has no pixel, or is larger than the image.
        """
        x: Any = batch.inputs
        images(x, "a patch")
        size = int(x.shape[-2]), int(x.shape[-1])
        side = rectangles(size, bench.threat.share)[0]
        chase = Chase(target, batch, boxed_bench(bench, bench.threat.low, bench.threat.high))
        if self.queries > 0 and not chase.over():
            chase.ask(x)
            chase.forget()
        if chase.rows.size:
            purpose = "evasion.patch_random"
            canvas, place = striped(chase, side, purpose), anywhere(chase.random, size, side, purpose)
            Rummage(self.queries, self.share, self.moves, purpose).search(chase, canvas, place, 1)
        return chase.attempts()


CARD: Card[Adversary[Any, Any, Any]] = Card(
    RandomPatch,
    "The worst patch, by random search",
    oracle="same_label",
    controls=("evasion.spot",),
    reads=AIMED,
    cites=("arXiv:2006.12834", "arXiv:1912.00049"),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    rank=3,
    lies=(
        "A few hundred random changes of a patch say little about the worst one: with more queries more cases fall. "
        "Rounded scores or labels alone blunt it."
    ),
)
