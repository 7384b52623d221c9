"""Rotation, translation and zoom, searched coarsely and then ever more finely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.lockstep import hunted
from seatrial.adversaries.refine import Refine
from seatrial.adversaries.through import images
from seatrial.adversaries.warp import warped
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Motion
from seatrial.targets.target import AIMED, Target


@dataclass(frozen=True)
class Spatial:
    """Turn, move and scale the whole image, coarsely first, then in ever smaller steps around what was worst.

    The grid of Engstrom et al. (arXiv:1712.02779, `evasion.motion`) asks the same hundreds of movements of every case;
    this search asks the corners of what the threat allows and random movements, and climbs down the margin from the
    best of them by a pattern search (Hooke and Jeeves, doi:10.1145/321062.321069), to movements that lie between those
    of a grid.  It needs no gradient; labels are enough for the first pass, which then takes all queries.  Cost of a
    case that stands: `queries` forward passes at most.
    """

    queries: int = 200
    """Queries per case at most, the untouched one among them."""
    draws: int = 80
    """Of these, those of the first pass."""
    climbs: int = 4
    """Best movements of the first pass from which the second starts."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Motion]) -> Attempts[Array]:
        """Return every image moved as it broke, or as the margin was smallest, with its recipe.

        Raises:
            CasesError: If the cases are no images, or have no labels.
        """
        x, threat = batch.inputs, bench.threat
        images(x, "a movement")
        most = np.array([threat.degrees, threat.shift, threat.shift, threat.zoom], dtype=np.float64)
        draws = self.queries if target.face.gives == "labels" else self.draws
        hunts = Refine(most, draws, self.climbs).hunts(bench.random, "evasion.spatial")

        def made(at: Any, recipes: Any) -> Any:
            return warped(x[at], np.stack(recipes))

        found = hunted(target, batch, bench, hunts, made, most=self.queries)
        recipe = np.stack([np.zeros(4) if one is None else one for one in found])
        return Attempts(stimuli=warped(x, recipe), recipe=recipe)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Spatial,
    "The worst movement, searched finely",
    oracle="same_label",
    controls=("evasion.upright",),
    reads=AIMED,
    cites=("arXiv:1712.02779", "doi:10.1145/321062.321069"),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    rank=3,
    lies=(
        "It climbs from a few of some eighty movements, so a narrow valley elsewhere stays unseen. The corners that "
        "come into view repeat the border here; with another filling the model may fare better or worse."
    ),
)
