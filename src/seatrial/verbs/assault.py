"""One attack on the cases that somebody handed over, shard by shard: what is done stays done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.records.batch import Attempts, Batch
from seatrial.records.event import Listener, Progress, StoppedByClock
from seatrial.targets.metered import stopwatch
from seatrial.targets.paced import ClockError, paced
from seatrial.targets.target import Target
from seatrial.trial.shard import Fought, fought
from seatrial.trial.stage import Cast, judged

OFTEN = 0.2
"""Seconds between two reports of progress inside a shard."""


@dataclass(frozen=True, slots=True)
class Run:
    """How an attack is carried out."""

    one: Cast
    size: int
    """Cases that are attacked together."""
    hear: Listener
    whole: bool = False
    """Whether they are a population."""
    minutes: float | None = None
    """After so many nothing is asked any more."""


@dataclass(slots=True)
class _Watch:
    """How far it is, and whether the time is over."""

    run: Run
    total: int
    done: int = 0
    broken: int = 0
    rows: int = 0
    told: float = 0.0
    passed: Any = field(default_factory=stopwatch)

    def tick(self, rows: int) -> None:
        """Take note of a call of the model; end it if the time is over."""
        now = self.passed()
        if self.run.minutes is not None and now > 60 * self.run.minutes:
            raise ClockError
        self.rows += rows
        if now - self.told > OFTEN:
            self.told = now
            self.say()

    def say(self) -> None:
        """Tell how far it is."""
        self.run.hear(Progress("cases", self.done, self.total, f"{self.broken:,} broken, {self.rows:,} rows asked"))


@dataclass(frozen=True, slots=True)
class Struck:
    """What the cases of one shard came to."""

    fought: Fought
    clean: npt.NDArray[np.int8]
    """What the oracle says of the untouched cases: `NO`, `YES`, `UNKNOWN`."""


def _struck(run: Run, target: Target[Any, Any], part: Batch[Any]) -> Struck:
    made = fought([run.one], target, part, whole=run.whole)
    assert made.first is not None
    return Struck(made, judged(replace(run.one, draws=1), made.cases.own, Attempts(), made.first).held[:, 0])


def assault(target: Target[Any, Any], batch: Batch[Any], run: Run) -> tuple[tuple[Struck, ...], tuple[str, ...]]:
    """Return what the cases came to, shard by shard, and what ended it early or could not be tried.

    Args:
        target: What answers; not metered.
        batch: The cases, in numpy; at least one.
        run: How.

    Raises:
        KeyboardInterrupt: If it was interrupted before one shard was done.
    """
    watch, done = _Watch(run, len(batch)), list[Struck]()
    watched, why = paced(target, watch.tick), ""
    try:
        for first in range(0, len(batch), run.size):
            part = batch.take(np.arange(first, min(first + run.size, len(batch))))
            done.append(_struck(run, watched, part))
            watch.done, watch.broken = first + len(part), watch.broken + int((done[-1].fought.fold.stage >= 0).sum())
            watch.say()
    except ClockError:
        why = f"the {run.minutes:g} minutes were over"
        run.hear(StoppedByClock(run.minutes or 0.0, -(-len(batch) // run.size) - len(done)))
    except KeyboardInterrupt:
        if not done:
            raise
        why = "it was interrupted"
    ended = [f"{why} after {watch.done:,} of {len(batch):,} cases: the numbers are about those"] if why else []
    return tuple(done), (*ended, *dict.fromkeys(note for one in done for note in one.fought.notes))
