"""Gaussian blur."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.scale import strength
from seatrial.adversaries.limits import span
from seatrial.adversaries.norms import boxed
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = (0.4, 0.6, 0.7, 0.8, 1.0)
LARGE = (1.0, 2.0, 3.0, 4.0, 6.0)
REACH = 4.0
"""Standard deviations after which the bell is cut off."""


@dataclass(frozen=True)
class Blur:
    """Blur with a Gaussian bell, as in the common corruptions benchmark (Hendrycks and Dietterich, arXiv:1903.12261).

    The standard deviation, in pixels, is the published one for images of 32 and of 224 pixels and geometric in
    between.  The bell is cut at four deviations and the border pixel continues the image.  The last two dimensions
    of a case are height and width.  Nothing is drawn and the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image blurred at the threat's severity."""
        x: Any = batch.inputs
        xp = array_api_compat.array_namespace(x)
        threat = bench.threat
        deviation = strength(SMALL, LARGE, threat.severity, min(x.shape[-2:]))
        soft = _along(xp, _along(xp, x, deviation, -1), deviation, -2)
        return Attempts(stimuli=boxed(xp, soft, *span(threat.low, threat.high, x)))


def _along(xp: Any, x: Any, deviation: float, axis: int) -> Any:
    """Return the images blurred along one axis, as a weighted sum of shifted images."""
    reach = int(REACH * deviation + 0.5)
    bell = [exp(-0.5 * (step / deviation) ** 2) for step in range(-reach, reach + 1)]
    places = xp.arange(x.shape[axis], device=array_api_compat.device(x))
    last = xp.full_like(places, x.shape[axis] - 1)
    soft = xp.zeros_like(x)
    for step, weight in zip(range(-reach, reach + 1), bell, strict=True):
        shifted = xp.take(x, boxed(xp, places + step, xp.zeros_like(places), last), axis=x.ndim + axis)
        soft = soft + shifted * (weight / sum(bell))
    return soft


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Blur,
    "Gaussian blur",
    oracle="same_label",
    controls=("corruption.blur_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "On small images the published strengths change little; a model that ignores fine detail holds and "
        "may still fall to anything else."
    ),
)
