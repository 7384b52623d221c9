"""What changes of signals share: cases are `(samples,)` or `(channels, samples)`, time is the last axis."""

from __future__ import annotations

from typing import Any

import array_api_compat

from seatrial.adversaries.limits import span
from seatrial.adversaries.norms import boxed
from seatrial.errors import Problem, TrialError
from seatrial.records.threat import Corruption


def swings(x: Any, threat: Corruption) -> Any:
    """Return the signals around the middle of the input range, `(n, samples)` or `(n, channels, samples)`.

    Raises:
        TrialError: If the cases are no signals.
    """
    if x.ndim not in (2, 3):
        what = f"have shape {tuple(x.shape[1:])}, and a signal is (samples,) or (channels, samples)"
        raise TrialError(Problem("cases", what, "choose a scenario of the target's modality"))
    return x - (threat.low + threat.high) / 2


def placed(swing: Any, x: Any, threat: Corruption) -> Any:
    """Return swings around the middle as inputs, inside the input range; what did not change is as it was."""
    xp = array_api_compat.array_namespace(x)
    moved = xp.where(swing == swings(x, threat), x, swing + (threat.low + threat.high) / 2)
    return boxed(xp, moved, *span(threat.low, threat.high, x))
