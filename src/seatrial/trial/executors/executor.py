"""What an executor is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

S = TypeVar("S")
R = TypeVar("R")


class Executor(Protocol):
    """Where shards are worked.  Results do not depend on it."""

    def map(self, work: Callable[[S], R], shards: Sequence[S], /) -> Iterator[R]:
        """Yield the result of each shard, in order.

        Args:
            work: A picklable callable (a frozen dataclass with `__call__`).
            shards: Picklable descriptions.
        """
        ...
