"""Drops on the lens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import ROOM, Floats, retouched, tinted
from seatrial.adversaries.corruption.liquid import depth, edges, equalised, summed
from seatrial.adversaries.corruption.scale import row, side
from seatrial.adversaries.corruption.smooth import smoothed
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = (
    (0.62, 0.1, 0.7, 0.7, 0.5),
    (0.65, 0.1, 0.8, 0.7, 0.5),
    (0.65, 0.3, 1.0, 0.69, 0.5),
    (0.65, 0.1, 0.7, 0.69, 0.6),
    (0.65, 0.1, 0.5, 0.68, 0.6),
)
LARGE = (
    (0.65, 0.3, 4.0, 0.69, 0.6),
    (0.65, 0.3, 3.0, 0.68, 0.6),
    (0.65, 0.3, 2.0, 0.68, 0.5),
    (0.65, 0.3, 1.0, 0.65, 1.5),
    (0.67, 0.4, 1.0, 0.65, 1.5),
)
"""Mean and deviation of the noise that drops are made of, its smoothness, the least that is a drop; then, of water, how
bright it is, and of mud, how soft its edge."""
MUD = 4
"""Severity from which on it is mud."""
WATER, BROWN = (175 / 255, 238 / 255, 238 / 255), (63 / 255, 42 / 255, 20 / 255)
WEAK, STRONG = 50, 150
"""Sizes of the gradient at the edge of a drop."""
DEEP = 20
"""Pixels from the edge after which water gets no deeper."""
LIT = (-2, -1, 0), (-1, 1, 1), (0, 1, 2)
"""Weights of the neighbours in light that falls from above left."""
EVEN = (1, 1, 1), (1, 1, 1), (1, 1, 1)
THIN = 0.8
"""Mud that covers less of a pixel is not seen."""


@dataclass(frozen=True)
class Spatter:
    """Splash the lens with water (severities 1 to 3) or mud (4 and 5), as in the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261; one of its four extra types.)  Drops are smoothed Gaussian noise above
    a level.  Water is brighter the further from its edge, shaded by a light from above; mud covers what is below it.
    All numbers are the published ones for images of 32 and of 224 pixels and geometric in between.  The shading of
    water is worked out in eight bits, as published; images without three channels get the brightness of the colour.
    One draw per case, the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image behind drops of the threat's severity."""
        severity = bench.threat.severity
        mean, deviation, soft, least, last = row(SMALL, LARGE, severity, side(batch.inputs))

        def change(x: Floats, random: Random) -> Any:
            drawn = random.grain("corruption.spatter", x.shape[2:]).astype(x.dtype)
            layer = smoothed(drawn * x.dtype.type(deviation) + x.dtype.type(mean), soft)
            if severity < MUD:
                wet = _water(np.where(layer < least, 0, layer))[:, None].astype(x.dtype) * x.dtype.type(last)
                return x + wet * tinted(x, WATER)
            cover = smoothed((layer >= least).astype(x.dtype), last)[:, None]
            cover = np.where(cover < THIN, 0, cover)
            return x * (1 - cover) + cover * tinted(x, BROWN)

        return retouched(batch, bench, change, room=16 * ROOM)


def _water(layer: Floats) -> Floats:
    """Return how bright the water is, 0 to 1 in each picture, `(n, height, width)`."""
    drops = np.minimum(layer * 255, 255).astype(np.uint8)
    deep = depth(edges(drops, WEAK, STRONG), DEEP)
    even = equalised((summed(deep, EVEN) / np.float32(9)).astype(np.uint8))
    lit = np.clip(summed(even.astype(np.float32), LIT), 0, 255)
    bright = drops * np.rint(summed(lit, EVEN) / np.float32(9))
    most = bright.max(axis=(1, 2), keepdims=True)
    return np.asarray(bright / np.where(most > 0, most, 1))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Spatter,
    "Drops on the lens",
    oracle="same_label",
    controls=("corruption.veil_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "Drops that are drawn, not photographed: they do not bend the light. Water brightens, mud darkens, so "
        "severity 4 is another question than 3. One draw per case."
    ),
)
