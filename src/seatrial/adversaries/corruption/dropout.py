"""A stretch of the signal is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.scale import graded
from seatrial.adversaries.corruption.waves import placed, swings
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

LOST = (0.02, 0.05, 0.1, 0.2, 0.4)
"""Share of the samples that is lost, in one stretch."""


@dataclass(frozen=True)
class Dropout:
    """Lose one stretch of the signal, in all channels at once, as when packets or a contact are lost.

    Where the stretch lies is drawn, each place as likely as the other.  It is filled with the middle of the input
    range (silence), or the last sample before it is held.  The shares are our own; one long gap is what measurements
    of real calls show to hurt most (Diener et al., arXiv:2204.05222).  One draw per case, the target is never asked.
    """

    hold: bool = False
    """Whether the last sample is held instead of silence: a stuck sensor."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every signal without its stretch.

        Raises:
            TrialError: If the cases are no signals.
        """
        x: Any = batch.inputs
        xp, device = array_api_compat.array_namespace(x), array_api_compat.device(x)
        swing = swings(x, bench.threat)
        samples = x.shape[-1]
        lost = min(samples, max(1, round(graded(LOST, bench.threat.severity) * samples)))
        first = bench.random.integers("corruption.dropout", samples - lost + 1, (1,) * (x.ndim - 1), x)
        at = xp.arange(samples, device=device)
        gone = (at >= first) & (at < first + lost)
        before = xp.maximum(first - 1, xp.zeros_like(first))
        held = xp.sum(xp.where(at == before, swing, xp.zeros_like(swing)), axis=-1, keepdims=True)
        fill = held + xp.zeros_like(swing) if self.hold else xp.zeros_like(swing)
        return Attempts(stimuli=placed(xp.where(gone, fill, swing), x, bench.threat))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Dropout,
    "A lost stretch",
    oracle="same_label",
    controls=("corruption.stillness_sensitive",),
    cites=("arXiv:2204.05222",),
    tags=("natural", "black-box", "own"),
    rank_most=2,
    lies=(
        "One draw per case: it shows the typical place, not the worst, and a short event is rarely hit. Many short "
        "gaps, and gaps in one channel alone, are other questions."
    ),
)
