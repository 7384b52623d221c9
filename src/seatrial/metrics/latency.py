"""How long an answer took."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatrial.metrics.metric import Metric
from seatrial.records.batch import Observation
from seatrial.records.card import Card


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from asking to the answer, per case; NaN where it was not measured.

    For criteria like `p99(latency) <= 0.2 s at 95%`.  It rests on a clock, so it is measured, never compared on replay.
    """

    def measure(self, observation: Observation, /) -> npt.NDArray[np.float64]:
        """Return `(cases,)` in seconds, from 0 on; NaN where the shard has no time for the case."""
        missing = np.full(len(observation.cases), np.nan)
        seconds = np.array(observation.measured.get("seconds", missing), dtype=np.float64)
        seconds[~(seconds >= 0)] = np.nan
        return seconds


CARD: Card[Metric] = Card(Latency, title="Seconds to the answer", measured=True)
