"""In this process, one shard after the other: for trials of seconds, and for debugging."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from seatrial.records.card import Card
from seatrial.trial.executors.executor import Executor

S = TypeVar("S")
R = TypeVar("R")


@dataclass(frozen=True)
class Inline:
    """Works every shard here, when it is asked for."""

    def map(self, work: Callable[[S], R], shards: Sequence[S], /) -> Iterator[R]:
        """Return the result of each shard, in order."""
        return map(work, shards)


CARD: Card[Executor] = Card(Inline, "In this process, one shard after the other")
