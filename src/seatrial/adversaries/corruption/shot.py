"""Too few photons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import poisson

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import Floats, retouched
from seatrial.adversaries.corruption.scale import side, strength
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = (500.0, 250.0, 100.0, 75.0, 50.0)
LARGE = (60.0, 25.0, 12.0, 5.0, 3.0)
"""Photons that a white number stands for."""
LEVELS, CHANCES = 256, 4096
"""Brightnesses that are told apart, and equally likely outcomes at each."""


@dataclass(frozen=True)
class Shot:
    """Count photons: the shot noise of the common corruptions benchmark (Hendrycks and Dietterich, arXiv:1903.12261).

    Every number becomes a draw from the Poisson distribution, divided by the photons that white stands for: the
    published ones for images of 32 and of 224 pixels and geometric in between; rows of a table take the numbers for
    32.  The expected count is that of the nearest of 256 levels, as in an image of eight bits, and the draw is the
    quantile at one of 4,096 evenly spaced chances: nothing rarer than one in 8,192 to either side is drawn.  One draw
    per case, the target is never asked: nature, not an adversary.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every case as so few photons show it."""
        photons = strength(SMALL, LARGE, bench.threat.severity, side(batch.inputs))
        table = counts(photons)

        def change(x: Floats, random: Random) -> Any:
            place = np.rint(x * (LEVELS - 1)).astype(np.int32) * CHANCES
            place += random.raw("corruption.shot", 16, x.shape[1:]) >> 4
            return np.take(table, place) * x.dtype.type(1 / photons)

        return retouched(batch, bench, change)


@lru_cache(maxsize=8)
def counts(photons: float) -> npt.NDArray[np.float32]:
    """Return the counts at each level and chance, `(256 * 4096,)`: smallest count with at most so much below it."""
    expected = np.arange(LEVELS)[:, None] * (photons / (LEVELS - 1))
    most = int(poisson.isf(0.5 / CHANCES, photons)) + 1
    below = poisson.cdf(np.arange(most)[None, :], expected)
    middles = (np.arange(CHANCES) + 0.5) / CHANCES
    made = np.array([np.searchsorted(row, middles) for row in below], dtype=np.float32).reshape(-1)
    made.setflags(write=False)
    return made


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Shot,
    "Too few photons",
    oracle="same_label",
    controls=("corruption.noise_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    lies=(
        "One draw per case: it shows the typical noise, not the worst. Dark images hardly change, and black ones "
        "not at all."
    ),
)
