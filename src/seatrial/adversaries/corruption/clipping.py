"""A signal that is too loud for what records it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.scale import graded
from seatrial.adversaries.corruption.waves import placed, swings
from seatrial.adversaries.norms import boxed
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

KEPT = (0.8, 0.6, 0.4, 0.25, 0.15)
"""Share of the peak at which the signal is cut off."""


@dataclass(frozen=True)
class Clipping:
    """Cut the signal off above a share of its own peak, as a saturated amplifier or converter does.

    The peak is that of each channel, measured from the middle of the input range.  The shares, 0.8 to 0.15, are our
    own: from what is heard as a click to what studies of declipping call heavy (Gaultier et al., arXiv:2005.10228).
    The gain is not made up for: the clipped signal is quieter.  Nothing is drawn and the target is never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every signal, clipped at the threat's severity.

        Raises:
            TrialError: If the cases are no signals.
        """
        x: Any = batch.inputs
        xp = array_api_compat.array_namespace(x)
        swing = swings(x, bench.threat)
        most = xp.max(xp.abs(swing), axis=-1, keepdims=True) * graded(KEPT, bench.threat.severity)
        return Attempts(stimuli=placed(boxed(xp, swing, -most, most), x, bench.threat))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Clipping,
    "A clipped signal",
    oracle="same_label",
    controls=("corruption.peak_sensitive",),
    cites=("arXiv:2005.10228",),
    tags=("natural", "black-box", "own"),
    rank_most=2,
    lies=(
        "It clips both sides alike and hard; amplifiers often clip one side first, or softly. A signal that is nearly "
        "rectangular already hardly changes but for its loudness."
    ),
)
