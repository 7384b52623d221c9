"""Which cases each update meets: a function of seed and pass alone, shared out between the ranks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from seatrial.records.random import Random

Rows = npt.NDArray[np.intp]


class Order:
    """All updates of a run, however long it is."""

    def __init__(self, seed: bytes, ids: Sequence[bytes], batch: int, *, world: int = 1) -> None:
        """Take the cases.

        Args:
            seed: Decides the order, with the digest of each case.
            ids: Digests of what is learned from.
            batch: Cases per update; where they do not share out evenly, a few more.
            world: Ranks that share each update.
        """
        self._seed, self._ids, self._world = seed, tuple(ids), world
        self.updates = max(1, len(ids) // batch)
        """Updates of one pass."""
        # Two passes are known at once: who reads ahead is in the next one for a while.
        self._passed = lru_cache(maxsize=2)(self._pass)

    def whole(self, step: int) -> Rows:
        """Return the positions of the cases that an update meets."""
        epoch, number = divmod(step, self.updates)
        return self._passed(epoch)[number]

    def parts(self, step: int) -> list[Rows]:
        """Return the same, shared out: one part for each rank, as even as can be."""
        return np.array_split(self.whole(step), self._world)

    def _pass(self, epoch: int) -> list[Rows]:
        keys = Random(self._seed, self._ids).keys(f"order/{epoch}")
        return np.array_split(np.argsort(keys, kind="stable"), self.updates)
