"""A camera that moves towards the thing while the shutter is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import Floats, retouched
from seatrial.adversaries.corruption.scale import row, side
from seatrial.adversaries.corruption.zoomed import zoomed
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = ((1.06, 0.01), (1.11, 0.01), (1.16, 0.01), (1.21, 0.01), (1.26, 0.01))
LARGE = ((1.11, 0.01), (1.16, 0.01), (1.21, 0.02), (1.26, 0.02), (1.31, 0.03))
"""Where the enlargement ends, and its steps."""


@dataclass(frozen=True)
class Zoom:
    """Average every image with its middle at growing enlargements: the zoom blur of the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261.)  The largest enlargement and the steps are the published ones for
    images of 32 and of 224 pixels and geometric in between; the image itself counts twice, as published.  Height and
    width are enlarged each about its own middle.  Nothing is drawn and the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image as the threat's severity shows it."""
        end, step = row(SMALL, LARGE, bench.threat.severity, side(batch.inputs))
        factors = [float(factor) for factor in np.arange(1, end, step)]

        def change(x: Floats, random: Random) -> Any:  # noqa: ARG001 - nothing is drawn
            total = x.copy()
            for factor in factors:
                total += zoomed(x, factor)
            return total / x.dtype.type(len(factors) + 1)

        return retouched(batch, bench, change)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Zoom,
    "A camera that moves towards the thing",
    oracle="same_label",
    controls=("corruption.texture_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "The middle of the image hardly changes, so a model that looks at the middle only holds. It goes straight "
        "ahead, never aside."
    ),
)
