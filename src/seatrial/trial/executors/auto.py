"""In this process while a trial is short, in worker processes as soon as it is clear that they pay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

from seatrial.records.card import Card
from seatrial.trial.executors.executor import Executor
from seatrial.trial.executors.processes import Crew, Processes

S = TypeVar("S")
R = TypeVar("R")

WORTH = 10.0
"""Seconds of work left from which on the start of workers (about 1.7 s each with torch) pays."""


@dataclass(frozen=True)
class Auto:
    """Begins here; hands the rest to processes when what is done says that the rest takes long."""

    workers: int = 2
    worth: float = WORTH

    def map(self, work: Callable[[S], R], shards: Sequence[S], /) -> Iterator[R]:
        """Return the result of each shard, in order; `close` ends the workers, if there are any."""
        return _Coming(self, work, shards)


class _Coming(Generic[S, R]):
    """The results of a set of shards: of this process at first, and then of a crew."""

    def __init__(self, how: Auto, work: Callable[[S], R], shards: Sequence[S]) -> None:
        self._how, self._work, self._shards = how, work, shards
        self._done, self._begun = 0, monotonic()
        self._crew: Iterator[R] | None = None

    def __iter__(self) -> Iterator[R]:
        return self

    def __next__(self) -> R:
        if self._crew is None and self._pays():
            self._crew = Processes(self._how.workers).map(self._work, self._shards[self._done :])
        if self._crew is not None:
            return next(self._crew)
        if self._done >= len(self._shards):
            raise StopIteration
        self._done += 1
        return self._work(self._shards[self._done - 1])

    def close(self) -> None:
        """End the workers, if there are any."""
        if isinstance(self._crew, Crew):
            self._crew.close()

    def _pays(self) -> bool:
        """Return whether what is left takes long at the pace so far."""
        left = len(self._shards) - self._done
        if not self._done or left < 2 or self._how.workers < 2:
            return False
        return (monotonic() - self._begun) / self._done * left > self._how.worth


CARD: Card[Executor] = Card(Auto, "Here while a trial is short, in processes when they pay")
