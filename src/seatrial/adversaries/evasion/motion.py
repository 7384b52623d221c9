"""Rotation, translation and zoom, searched for the worst."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.sweep import UNTOUCHED, Candidate, Rows, sweep
from seatrial.adversaries.warp import warped
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Motion
from seatrial.targets.target import AIMED, Target

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Movement:
    """Turn, move and scale the whole image, and keep what the model stands worst (Engstrom et al., arXiv:1712.02779).

    The paper found that a grid search beats gradient steps here, and that the worst of ten random movements comes
    close to it at a fiftieth of the price.  The grid holds evenly spaced values of each freedom that the threat
    gives, both ends among them, and the strongest movements come first, so that most cases leave early; with
    `tries` every case draws its own movements instead.  The image is resampled bilinearly, and what comes into view
    repeats the border (`adversaries/warp.py`); the recipe of every attempt is handed back, and the referee makes it
    again.  It needs no gradient, and labels are enough.  Cost of a case that stands: 1 + turns x places² x zooms
    forward passes (775 with the fields as they are and no zoom allowed), or 1 + tries; fewer if the threat's queries
    run out.
    """

    turns: int = 31
    """Rotations in the grid."""
    places: int = 5
    """Translations in the grid along each side."""
    zooms: int = 3
    """Scales in the grid, where the threat allows any."""
    tries: int = 0
    """Random movements per case in place of the grid; 0 is the grid."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Motion]) -> Attempts[Array]:
        """Return every image where it broke, or where the margin is smallest, with its recipe."""
        recipes = self._drawn(bench.random, bench.threat) if self.tries else self._grid(bench.threat, len(batch))

        def candidate(recipe: Floats) -> Candidate:
            return lambda rows: _moved(batch.inputs, recipe, rows)

        found, which = sweep(target, batch, bench, [candidate(recipe) for recipe in recipes])
        none = np.zeros((1, len(batch), 4))
        used = np.concatenate([recipes, none])[np.where(which == UNTOUCHED, len(recipes), which), np.arange(len(batch))]
        return Attempts(stimuli=found, recipe=used)

    def _grid(self, threat: Motion, cases: int) -> Floats:
        """Return `(candidates, cases, 4)`: the same grid for every case, the strongest movements first."""
        most = _freedoms(threat)
        steps = (self.turns, self.places, self.places, self.zooms)
        axes = [
            np.unique(np.linspace(-1, 1, max(1, count)) * (far > 0)) for count, far in zip(steps, most, strict=True)
        ]
        shares = np.array(list(product(*(axis if len(axis) > 1 else np.zeros(1) for axis in axes))))
        shares = shares[np.abs(shares).max(axis=1) > 0]
        order = np.argsort(-(shares**2).sum(axis=1), kind="stable")
        return np.broadcast_to((shares[order] * most)[:, None, :], (len(shares), cases, 4))

    def _drawn(self, random: Random, threat: Motion) -> Floats:
        """Return `(tries, cases, 4)`: uniform in what the threat allows, other movements for every case."""
        shares: Floats = random.uniform("evasion.motion", (self.tries, 4), np.zeros(1)) * 2 - 1
        return (shares * _freedoms(threat)).transpose(1, 0, 2)


def _freedoms(threat: Motion) -> Floats:
    """Return the largest value of each column of a recipe."""
    return np.array([threat.degrees, threat.shift, threat.shift, threat.zoom])


def _moved(x: Any, recipe: Floats, rows: Rows) -> Any:
    """Return these of the images, moved as the recipe of a candidate says."""
    return warped(x[rows], recipe[rows])


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Movement,
    "The worst rotation and translation",
    oracle="same_label",
    controls=("evasion.upright",),
    reads=AIMED,
    cites=("arXiv:1712.02779",),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    rank=3,
    lies=(
        "It tries a grid, or a few draws: a movement between them may be worse. The corners that come into view repeat "
        "the border here; with another filling the model may fare better or worse."
    ),
)
