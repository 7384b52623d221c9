"""The share of the cases that held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatrial.metrics.metric import Metric
from seatrial.records.batch import Observation
from seatrial.records.card import Card


@dataclass(frozen=True)
class HeldRate:
    """How much of a case held: 0 to 1, the draws that held over all draws.

    NaN (unknown) where no draw failed but one or more are unknown: such a case counts as not held for the lower
    bound and as held for the upper.
    """

    def measure(self, observation: Observation, /) -> npt.NDArray[np.float64]:
        """Return `(cases,)` in 0..1, NaN where it is unknown."""
        held, draws, unknown = (observation.computed[name].astype(np.int64) for name in ("held", "draws", "unknown"))
        share = held / np.maximum(draws, 1)
        return np.where((unknown > 0) & (held + unknown == draws), np.nan, share)


CARD: Card[Metric] = Card(HeldRate, "Share of the cases that held")
