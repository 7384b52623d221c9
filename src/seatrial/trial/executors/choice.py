"""Which executor a trial gets if nobody says."""

from __future__ import annotations

from seatrial.trial.executors.executor import Executor
from seatrial.trial.executors.inline import Inline
from seatrial.trial.executors.processes import Processes
from seatrial.trial.executors.processes import cores as here

WORTH = 10.0
"""Seconds of work from which on the start of workers (about 1.7 s each with torch) pays."""


def choose(price: float, *, cores: int = 0) -> Executor:
    """Return `processes` for a trial that costs more than `WORTH` seconds of one core, else `inline`.

    Args:
        price: Seconds that the whole trial takes on one core.
        cores: How many there are; 0 is those that this process may use.
    """
    count = cores or here()
    return Processes(count) if price > WORTH and count > 1 else Inline()
