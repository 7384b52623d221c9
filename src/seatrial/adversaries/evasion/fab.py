"""The fast adaptive boundary attack: along the border of the class, towards the untouched case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.border import narrowing, walk
from seatrial.adversaries.lengths import TINY, between, length
from seatrial.adversaries.nearest import Nearest
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Differentiable


@dataclass(frozen=True)
class Fab:
    """Find the nearest point that breaks each case, by planes (Croce and Hein, arXiv:1907.02044).

    Each pass asks and differentiates at one point, takes the class's border for a plane there, and goes to a point
    near that plane between the present one and the one nearest to the untouched case.  It has no step size to tune
    and does not mind the scale of the logits.  With targets, every walk begins with all of them; the nearer half goes
    on, again and again.  What is handed back is the nearest break, if the threat allows it, else the best point of the
    ball.  Cost of a case that goes on: at most steps x restarts passes with their gradients, one forward pass first of
    all to rank the targets, and one at the end where the nearest break lies outside the ball.
    """

    steps: int = 100
    """Passes per start, over all targets."""
    restarts: int = 1
    """Starts; the first is the untouched case, every further one a random point around it."""
    targets: int = 4
    """Classes that are gone for, the nearest in score of the untouched case; 0 goes to the border of whichever class is
    nearest in score at each pass."""
    minimise: bool = False
    """Whether a case that is broken inside the ball goes on, to be broken nearer; otherwise it leaves in that pass."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the nearest point that broke each case, or the best point of the ball."""
        hunt = Nearest(target, batch, bench, minimise=self.minimise)
        if self.targets and not hunt.over():
            hunt.pair(self.targets)
            narrowing(hunt, self.steps)
        elif not hunt.over():
            walk(hunt, self.steps)
        for restart in range(1, self.restarts):
            if not hunt.over():
                walk(hunt, self.steps, start=_around(hunt, f"evasion.fab/start/{restart}"))
        return hunt.attempts()


def _around(hunt: Nearest, purpose: str) -> Any:
    """Return a random point of each row, up to half as far away as its nearest break, or as the ball is wide."""
    xp = array_api_compat.array_namespace(hunt.x)
    numbers = hunt.x.shape[1]
    drawn = hunt.random.bell(purpose, (numbers,), hunt.x)
    reach = xp.minimum(hunt.far, xp.full_like(hunt.far, hunt.eps))
    share = hunt.random.uniform(f"{purpose}/length", (), hunt.x) * 0.5
    size = (reach * share / (length(hunt.norm, drawn) + TINY))[:, None]
    return between(hunt.x + drawn * size, hunt.low, hunt.high)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Fab,
    "Fast adaptive boundary attack",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    norms=("linf", "l2", "l1"),
    cites=("arXiv:1907.02044",),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    lies=(
        "It follows planes: where the gradient is 0, is hidden or belongs to another step than the one that decides, "
        "it has no plane to go to and stays at the untouched case."
    ),
)
