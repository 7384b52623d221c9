"""What an executor is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

S = TypeVar("S")
R = TypeVar("R")


class Executor(Protocol):
    """Where shards are worked.  Results do not depend on it."""

    def map(self, work: Callable[[S], R], shards: Sequence[S], /) -> Iterator[R]:
        """Return the result of each shard, in order, as it comes.

        What `work` raises, `next` raises; where the place of work died (a killed process), `next` raises
        `TrialError`.  Either way `next` may be called again, for the shard after it.  If the iterator has a
        `close`, it ends what is still under way.

        Args:
            work: A picklable callable (a frozen dataclass with `__call__`).
            shards: Picklable descriptions.
        """
        ...
