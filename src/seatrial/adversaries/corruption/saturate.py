"""Too much or too little colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import Floats, retouched
from seatrial.adversaries.corruption.scale import row, side
from seatrial.errors import Problem, TrialError
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = ((0.3, 0.0), (0.1, 0.0), (1.5, 0.0), (2.0, 0.1), (2.5, 0.2))
LARGE = ((0.3, 0.0), (0.1, 0.0), (2.0, 0.0), (5.0, 0.1), (20.0, 0.2))
"""What the saturation is multiplied by, and what is added to it."""


@dataclass(frozen=True)
class Saturate:
    """Change the saturation of the colours, less at severities 1 and 2, more at 3 to 5: of the common corruptions.

    (Hendrycks and Dietterich, arXiv:1903.12261; one of its four extra types.)  The saturation is that of the
    hue-saturation-value model; hue and value stay.  A grey pixel counts as red, so it turns reddish where something is
    added.  Both numbers are the published ones for images of 32 and of 224 pixels and joined in between.  Images
    without three channels have no saturation and are refused.  Nothing is drawn and the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image with the colours of the threat's severity.

        Raises:
            TrialError: If the images have not three channels.
        """
        if (channels := int(batch.inputs.shape[1])) != 3:
            what = f"have {channels} channels, and saturation needs red, green and blue"
            raise TrialError(Problem("cases", what, "leave corruption/saturate out: grey has no saturation"))
        times, more = row(SMALL, LARGE, bench.threat.severity, side(batch.inputs))

        def change(x: Floats, random: Random) -> Any:  # noqa: ARG001 - nothing is drawn
            value = x.max(axis=1, keepdims=True)
            spread = value - x.min(axis=1, keepdims=True)
            there = spread / np.where(value > 0, value, 1)
            wanted = np.clip(there * x.dtype.type(times) + x.dtype.type(more), 0, 1)
            none = spread <= 0
            made = value - (value - x) * (wanted / np.where(none, 1, there))
            red = value * (1 - wanted)
            made[:, 1:] = np.where(none, red, made[:, 1:])
            return made

        return retouched(batch, bench, change)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Saturate,
    "Too much or too little colour",
    oracle="same_label",
    controls=("corruption.colour_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "Images that are grey from the start change little. The five severities are no scale: 1 and 2 take colour "
        "away, 3 to 5 add it."
    ),
)
