"""The meter: the same target, with every row that it answers charged to the case that asked.

What an adversary is handed is metered; the ledger and the target behind it are not reachable by a
public name.  The monotonic clock is read here and nowhere else among the targets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from seatrial.errors import Problem, RuleBroken
from seatrial.records.batch import count, plain
from seatrial.targets.accounted import accounted

T = TypeVar("T")
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Ledger:
    """What each case of a shard has cost so far; one entry per case, in the order of the shard."""

    forwards: npt.NDArray[np.uint32]
    """Rows forwarded, by `respond`, `serve` or `linearise`; padding is not counted."""
    backwards: npt.NDArray[np.uint32]
    """Rows of gradient pulled."""
    queries: npt.NDArray[np.uint32]
    """Rows asked by `respond` or `serve`."""
    seconds: npt.NDArray[np.float64]
    """Time spent inside the target; the rows of one call share it equally."""

    @classmethod
    def empty(cls, cases: int) -> Ledger:
        """Return the ledger of a shard of so many cases that has cost nothing yet."""
        forwards, backwards, queries = (np.zeros(cases, dtype=np.uint32) for _ in range(3))
        return cls(forwards, backwards, queries, np.zeros(cases, dtype=np.float64))


def meter(target: T, ledger: Ledger, rows: Any = None, *, most: int = 0) -> T:
    """Return the target with exactly the same capabilities, charging the ledger.

    Args:
        target: What answers.
        ledger: One entry per case of the shard.
        rows: The cases that the target is asked for: positions in the ledger or a mask; None is all, in order.
            Each call must bring one row per case; `at(rows)` of the result narrows further.
        most: Rows that may be forwarded per case, over everything in this ledger (so a gradient pass is a query
            too); 0 is no limit.  One row beyond it raises `RuleBroken` before the target is asked.
    """
    size = len(ledger.forwards)
    chosen = np.arange(size, dtype=np.intp) if rows is None else _positions(rows)
    return accounted(target, _Meter(ledger, chosen, most))


def stopwatch() -> Callable[[], float]:
    """Return a function that says how many seconds have passed since now: for targets that are a `Service`."""
    begun = perf_counter()
    return lambda: perf_counter() - begun


@dataclass(frozen=True, slots=True)
class _Meter:
    """The account of some rows of a shard."""

    ledger: Ledger
    rows: Rows
    most: int

    def at(self, rows: Any, /) -> _Meter:
        return replace(self, rows=self.rows[_positions(rows)])

    @contextmanager
    def asked(self, inputs: Any, /, *, query: bool) -> Iterator[None]:
        asked = count(inputs)
        if asked != len(self.rows):
            raise RuleBroken(
                Problem(
                    "metered target",
                    f"{asked} rows were asked on the account of {len(self.rows)} cases",
                    "narrow it first: bench.at(target, rows)",
                )
            )
        np.add.at(self.ledger.forwards, self.rows, 1)
        if query:
            np.add.at(self.ledger.queries, self.rows, 1)
        self._check_budget()
        with self._timed():
            yield

    @contextmanager
    def pulled(self) -> Iterator[None]:
        np.add.at(self.ledger.backwards, self.rows, 1)
        with self._timed():
            yield

    def _check_budget(self) -> None:
        used = int(self.ledger.forwards[self.rows].max(initial=0))
        if self.most and used > self.most:
            raise RuleBroken(
                Problem("metered target", f"query {used} of one case, but the threat allows {self.most}", "bench.left")
            )

    @contextmanager
    def _timed(self) -> Iterator[None]:
        begun = perf_counter()
        try:
            yield
        finally:
            share = (perf_counter() - begun) / max(len(self.rows), 1)
            np.add.at(self.ledger.seconds, self.rows, share)


def _positions(rows: Any) -> Rows:
    index = np.asarray(plain(rows))
    return np.flatnonzero(index) if index.dtype == bool else index.astype(np.intp)
