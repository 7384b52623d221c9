"""Whether a case was calm: all draws held."""

from dataclasses import dataclass

import numpy as np

from seatrial.metrics.metric import Metric
from seatrial.records.card import Card


@dataclass(frozen=True)
class Calm:
    """1 where every draw held, else 0."""

    def measure(self, observation, /):
        """Return `(cases,)` of 0 and 1."""
        return (observation.computed["held"] == observation.computed["draws"]).astype(np.float64)


CARD: Card[Metric] = Card(Calm, "All draws held")
