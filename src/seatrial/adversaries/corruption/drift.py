"""Sensors that have drifted: every column a little wrong, in its own direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.scale import graded
from seatrial.adversaries.limits import span
from seatrial.adversaries.norms import boxed
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

ERROR = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Error of the reading, and of the span, as a share."""


@dataclass(frozen=True)
class Drift:
    """Change every column of a row by a share of its reading and a share of its span, each up or down by lot.

    It is the way in which data sheets state the error of an instrument: so many percent of reading, so many of full
    scale.  Both are at their limit; the directions are drawn for each case and column, so that the rate is over many
    instruments, each out of order in its own way: a shift of the inputs while the answers stay (covariate shift).
    The reading counts from the lower end of the input range, the span is the range.  The shares, 1 to 20 %, are our
    own: a tolerable instrument to one that should have been replaced.  The target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every row as instruments of the threat's severity would show it, inside the input range."""
        x: Any = batch.inputs
        xp = array_api_compat.array_namespace(x)
        threat, shape = bench.threat, tuple(x.shape[1:])
        error = graded(ERROR, threat.severity)
        gain, offset = (bench.random.signs(f"corruption.drift/{part}", shape, x) for part in ("gain", "offset"))
        moved = x + error * (gain * (x - threat.low) + offset * (threat.high - threat.low))
        return Attempts(stimuli=boxed(xp, moved, *span(threat.low, threat.high, x)))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Drift,
    "Drifted sensors",
    oracle="same_label",
    controls=("corruption.drift_sensitive",),
    tags=("natural", "black-box", "own"),
    rank=1,
    lies=(
        "All columns drift, each in a direction drawn for every case: errors that cancel out hide what one drifted "
        "column does for weeks. Columns are taken to share one input range; scale them first."
    ),
)
