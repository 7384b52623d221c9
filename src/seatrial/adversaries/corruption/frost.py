"""Frost on the lens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption import crystals
from seatrial.adversaries.corruption.images import Floats, grey, retouched
from seatrial.adversaries.corruption.scale import row, side, strength
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = ((1.0, 0.2), (1.0, 0.3), (0.9, 0.4), (0.85, 0.4), (0.75, 0.45))
LARGE = ((1.0, 0.4), (0.8, 0.6), (0.7, 0.7), (0.65, 0.7), (0.6, 0.75))
"""Parts of the image and of the frost."""
FINE, WHOLE = (0.2,) * 5, (1.0,) * 5
"""Size at which panes of frost are seen on images of 32 and of 224 pixels."""


@dataclass(frozen=True)
class Frost:
    """Look through a pane with frost on it, as in the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261.)  Of five panes one is chosen by lot, and of it a part of the size of
    the image; image and frost are added in the published parts for images of 32 and of 224 pixels, geometric in
    between.  The benchmark's panes are photographs, some of them not free to hand on; ours are grown by a rule, with
    about their mean brightness and spread.  So the numbers are like those of the published sets, not the same.  One
    draw per case, the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image behind the frost of the threat's severity."""
        severity, pixels = bench.threat.severity, side(batch.inputs)
        seen, frozen = row(SMALL, LARGE, severity, pixels)
        panes = crystals.panes(round(crystals.SIDE * strength(FINE, WHOLE, severity, pixels)))

        def change(x: Floats, random: Random) -> Any:
            which = random.integers("corruption.frost", len(panes), (), np.zeros(1))
            corner = random.integers("corruption.frost.corner", panes.shape[-1], (2,), np.zeros(1))
            across = np.arange(max(x.shape[2:]))
            parts = [
                np.take(
                    np.take(panes[pane], top + across[: x.shape[2]], 1, mode="wrap"),
                    left + across[: x.shape[3]],
                    2,
                    mode="wrap",
                )
                for pane, (top, left) in zip(which, corner, strict=True)
            ]
            frost = np.stack(parts).astype(x.dtype)
            return x * x.dtype.type(seen) + (frost if x.shape[1] == 3 else grey(frost)) * x.dtype.type(frozen)

        return retouched(batch, bench, change)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Frost,
    "Frost on the lens",
    oracle="same_label",
    controls=("corruption.veil_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    lies=(
        "The frost is grown by a rule, not photographed as in the published benchmark: results are like those of the "
        "published sets, not comparable to the point. One draw per case."
    ),
)
