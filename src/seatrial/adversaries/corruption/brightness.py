"""Too much light."""

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

SMALL = (0.05, 0.1, 0.15, 0.2, 0.3)
LARGE = (0.1, 0.2, 0.3, 0.4, 0.5)


@dataclass(frozen=True)
class Brightness:
    """Raise the brightness, as in the common corruptions benchmark (Hendrycks and Dietterich, arXiv:1903.12261).

    The benchmark adds to the value of the hue-saturation-value model and keeps hue and saturation.  That is the same
    as multiplying all channels of a pixel so that the largest becomes larger by the strength (a black pixel becomes
    grey), which is what is done here, for any number of channels; a single channel is simply raised.  The strength,
    in shares of the input range, is the published one for images of 32 and of 224 pixels and geometric in between.
    A case has channels, height and width.  Nothing is drawn and the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image brighter by the threat's severity."""
        x = unit(batch.inputs, bench.threat)
        xp = array_api_compat.array_namespace(x)
        more = strength(SMALL, LARGE, bench.threat.severity, side(x))
        value = xp.max(x, axis=-3, keepdims=True)
        raised = xp.minimum(value + more, xp.ones_like(value))
        black = value <= 0
        ratio = raised / xp.where(black, xp.ones_like(value), value)
        return Attempts(
            stimuli=ranged(xp.where(black, raised + xp.zeros_like(x), x * ratio), batch.inputs, bench.threat)
        )


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Brightness,
    "Too much light",
    oracle="same_label",
    controls=("corruption.light_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "It brightens the whole image evenly; darkness, shadows and lamps in the picture are other questions. Images "
        "that are white already hardly change."
    ),
)
