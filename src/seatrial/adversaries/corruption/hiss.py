"""White noise at a stated ratio to the signal."""

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

RATIO = (20.0, 15.0, 10.0, 5.0, 0.0)
"""Power of the signal to that of the noise, in decibels."""


@dataclass(frozen=True)
class Hiss:
    """Add white Gaussian noise, quieter than the signal by a stated number of decibels.

    The ratios, 20 to 0 dB in steps of 5, are those of the Aurora-2 task of noisy digits (Hirsch and Pearce, ISCA
    workshop ASR2000).  Power is the mean square around the mean of each channel, and the noise is scaled to have
    exactly its share, before the result is cut off at the ends of the input range.  One draw per case, the target is
    never asked.  `corruption.noise` adds noise of the same size to all cases instead, however loud they are.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every signal with noise at the threat's severity; silence stays silent.

        Raises:
            TrialError: If the cases are no signals.
        """
        x: Any = batch.inputs
        xp = array_api_compat.array_namespace(x)
        swing = swings(x, bench.threat)
        noise = bench.random.normal("corruption.hiss", tuple(x.shape[1:]), x)
        size = 10 ** (-graded(RATIO, bench.threat.severity) / 20)
        loud, own = _deviation(xp, swing), _deviation(xp, noise)
        share = size * loud / xp.where(own > 0, own, xp.ones_like(own))
        return Attempts(stimuli=placed(swing + noise * xp.astype(share, x.dtype), x, bench.threat))


def _deviation(xp: Any, signal: Any) -> Any:
    """Return the root of the mean square around the mean of each channel, in float64."""
    exact = xp.astype(signal, xp.float64)
    return xp.sqrt(xp.mean((exact - xp.mean(exact, axis=-1, keepdims=True)) ** 2, axis=-1, keepdims=True))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Hiss,
    "Hiss",
    oracle="same_label",
    controls=("corruption.hiss_sensitive",),
    tags=("natural", "black-box", "own"),
    rank_most=2,
    lies=(
        "One draw per case, and white noise only: voices, hum and traffic hide other parts of a signal. The ratio is "
        "over the whole case, so a short event in a long silence drowns earlier than the number says."
    ),
)
