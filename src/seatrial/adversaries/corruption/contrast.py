"""Too little contrast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.scale import ranged, side, strength, unit
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = (0.75, 0.5, 0.4, 0.3, 0.15)
LARGE = (0.4, 0.3, 0.2, 0.1, 0.05)


@dataclass(frozen=True)
class Contrast:
    """Pull every channel towards its own mean over the image, as in the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261.)  What is left of the distance to the mean is the published share for
    images of 32 and of 224 pixels and geometric in between.  The last two dimensions of a case are height and width.
    Nothing is drawn and the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image with the contrast of the threat's severity."""
        x = unit(batch.inputs, bench.threat)
        xp = array_api_compat.array_namespace(x)
        left = strength(SMALL, LARGE, bench.threat.severity, side(x))
        flat = xp.reshape(x, (*x.shape[:-2], -1))
        mean = xp.reshape(_total(xp, flat) / flat.shape[-1], (*x.shape[:-2], 1, 1))
        return Attempts(stimuli=ranged((x - mean) * left + mean, batch.inputs, bench.threat))


def _total(xp: Any, flat: Any) -> Any:
    """Return the sums along the last axis, added in one order in every array library: halves, then halves of these."""
    while flat.shape[-1] > 1:
        half = (flat.shape[-1] + 1) // 2
        rest = flat.shape[-1] - half
        flat = xp.concat([flat[..., :rest] + flat[..., half:], flat[..., rest:half]], axis=-1)
    return flat[..., 0]


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Contrast,
    "Too little contrast",
    oracle="same_label",
    controls=("corruption.blur_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "A front end that stretches the contrast of every image undoes it, unless the image went through eight bits "
        "on the way: combine it with quantisation if yours does."
    ),
)
