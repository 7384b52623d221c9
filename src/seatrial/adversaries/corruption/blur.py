"""Gaussian blur."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import Floats, retouched
from seatrial.adversaries.corruption.scale import side, strength
from seatrial.adversaries.corruption.smooth import smoothed
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = (0.4, 0.6, 0.7, 0.8, 1.0)
LARGE = (1.0, 2.0, 3.0, 4.0, 6.0)


@dataclass(frozen=True)
class Blur:
    """Blur with a Gaussian bell, as in the common corruptions benchmark (Hendrycks and Dietterich, arXiv:1903.12261).

    (One of its four extra types.)  The standard deviation, in pixels, is the published one for images of 32 and of
    224 pixels and geometric in between.  The bell is cut at four deviations and the border pixel continues the image.
    The last two dimensions of a case are height and width.  Nothing is drawn and the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image blurred at the threat's severity."""
        deviation = strength(SMALL, LARGE, bench.threat.severity, side(batch.inputs))

        def change(x: Floats, random: Random) -> Any:  # noqa: ARG001 - nothing is drawn
            return smoothed(x, deviation)

        return retouched(batch, bench, change)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Blur,
    "Gaussian blur",
    oracle="same_label",
    controls=("corruption.blur_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "On small images the published strengths change little; a model that ignores fine detail holds and may "
        "still fall to anything else."
    ),
)
