"""Fewer levels of grey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.scale import graded, ranged, unit
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

BITS = (5, 4, 3, 2, 1)


@dataclass(frozen=True)
class Quantise:
    """Round every number to a few evenly spaced levels, both ends of the input range among them.

    5, 4, 3, 2 and 1 bits at severities 1 to 5: the bit depths that Xu et al. (arXiv:1704.01155) squeeze images to; no
    benchmark publishes severities for it, so these are ours.  A number half way between two levels goes to the even
    one.  For images, signals and rows alike.  Nothing is drawn and the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every case in the levels of the threat's severity."""
        x = unit(batch.inputs, bench.threat)
        xp = array_api_compat.array_namespace(x)
        steps = 2 ** graded(BITS, bench.threat.severity) - 1
        return Attempts(stimuli=ranged(xp.round(x * steps) / steps, batch.inputs, bench.threat))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Quantise,
    "Fewer levels",
    oracle="same_label",
    controls=("corruption.depth_sensitive",),
    cites=("arXiv:1704.01155",),
    tags=("natural", "black-box", "own"),
    lies=(
        "Images that have few levels from the start, black ink on white paper for example, pass through it unchanged, "
        "and then a model that holds has shown nothing."
    ),
)
