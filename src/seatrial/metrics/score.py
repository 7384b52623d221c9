"""How far from breaking an answer was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatrial.metrics.metric import Metric
from seatrial.records.batch import Observation
from seatrial.records.card import Card


@dataclass(frozen=True, slots=True)
class Score:
    """The oracle's score cut to 0..1, so that a mean of it has a bound; NaN where the oracle gave none.

    For a classifier that gives probabilities: the margin of the right class over the next, 0 where it does not lead.
    Of logits only the sign and small margins survive the cut.
    """

    def measure(self, observation: Observation, /) -> npt.NDArray[np.float64]:
        """Return `(cases,)` in 0..1; NaN where there is no score."""
        missing = np.full(len(observation.cases), np.nan)
        return np.clip(np.asarray(observation.computed.get("score", missing), dtype=np.float64), 0.0, 1.0)


CARD: Card[Metric] = Card(Score, title="How far from breaking, 0 to 1")
