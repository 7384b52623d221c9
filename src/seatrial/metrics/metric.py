"""What a metric is."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from seatrial.records.batch import Observation


class Metric(Protocol):
    """One bounded number per case.  Bounds over cases are a closed set, in `proof/bounds.py`."""

    def measure(self, observation: Observation, /) -> npt.NDArray[np.float64]:
        """Return `(cases,)`; NaN where it is unknown."""
        ...
