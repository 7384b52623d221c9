"""A scorer that waits for its feature store, and one that has a time-out and a default."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatrial.cases.listed import Listed, listed
from seatrial.controls.control import Control, Plant
from seatrial.records.batch import Array
from seatrial.records.card import Card
from seatrial.records.threat import Outage
from seatrial.targets.faulty import Upstream, faulty
from seatrial.targets.target import Face

OUTAGE = 2.0
"""Seconds that the dependency is late."""
LIMIT = 1.0
"""Seconds that an answer may take: far from both, so that a busy machine changes nothing."""
PATIENCE = 0.05
"""Seconds that the twin waits."""
FACE = Face(takes=Array, gives="logits", shape=(2,), classes=2)

Floats = npt.NDArray[np.float64]


def popularity(keys: Floats) -> Floats:
    """Return a small feature for each key `(n,)`: the dependency of the scorers."""
    return 0.01 * np.cos(keys)


@dataclass(frozen=True)
class Scorer:
    """Scores rows by their own values and a little by what the feature store says of them."""

    lookup: Upstream
    patience: float | None
    """Seconds to wait for the store before its default, 0, is used; None waits for ever."""
    face: Face = FACE

    def respond(self, inputs: Floats, /) -> Floats:
        """Return logits `(n, 2)`, after one look-up for all rows."""
        rows = np.asarray(inputs, dtype=np.float64)
        merit = rows[:, 0] - 0.5 + self._looked_up(rows[:, 1])
        return np.stack([-merit, merit], axis=1)

    def _looked_up(self, keys: Floats) -> Floats:
        pool = ThreadPoolExecutor(1)
        try:
            found: Floats = pool.submit(self.lookup, keys).result(self.patience)
        except (TimeoutError, ConnectionError):
            return np.zeros(len(keys))
        finally:
            pool.shutdown(wait=False)
        return found


@dataclass(frozen=True, slots=True)
class LatencyControl:
    """Four rows whose class the feature store cannot change, only delay."""

    def flaw(self) -> Plant:
        """Return the scorer that waits; every answer is late."""
        return self._plant(None, share=1.0)

    def twin(self) -> Plant:
        """Return the scorer with a time-out; every answer is right and in time."""
        return self._plant(PATIENCE, share=0.0)

    def _plant(self, patience: float | None, *, share: float) -> Plant:
        target = faulty(lambda lookup: Scorer(lookup, patience), popularity)
        return Plant(target, _cases(), Outage(OUTAGE), share=share, settings={"seconds": LIMIT})


def _cases() -> Listed:
    rows = np.array([[0.1, 1.0], [0.9, 2.0], [0.2, 3.0], [0.8, 4.0]])
    return listed(rows, (rows[:, 0] > 0.5).astype(np.int64))


CARD: Card[Control] = Card(LatencyControl, title="A scorer that waits for its feature store")
