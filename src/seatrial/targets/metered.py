"""The meter: the same target, with every row that it answers charged to the case that asked.

What an adversary is handed is metered; the ledger and the target behind it are not reachable by a
public name.  The monotonic clock is read here and nowhere else among the targets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from time import perf_counter
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from seatrial.errors import Problem, RuleBroken
from seatrial.records.batch import count, plain
from seatrial.targets.target import Approximable, Conditional, Differentiable, Face, Fresh, Service, Target

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
    return _metered(capabilities(target))(cast("Any", target), ledger, chosen, most)  # type: ignore[return-value]


def stopwatch() -> Callable[[], float]:
    """Return a function that says how many seconds have passed since now: for targets that are a `Service`."""
    begun = perf_counter()
    return lambda: perf_counter() - begun


def capabilities(target: object) -> tuple[type[Any], ...]:
    """Return what a target can do besides answering: the protocols of `targets.target` that a meter hands on."""
    return tuple(kind for kind in _WITH if isinstance(target, kind))


class Metered:
    """A target that charges a ledger; `meter` makes it and adds the capabilities."""

    def __init__(self, target: Target[Any, Any], ledger: Ledger, rows: Rows, most: int) -> None:
        self._target = target
        self._ledger = ledger
        self._rows = rows
        self._most = most

    @property
    def face(self) -> Face:
        """What the target takes and gives."""
        return self._target.face

    def respond(self, inputs: Any, /) -> Any:
        """Return one response per row, and charge each row's case for a query."""
        with self._charged(inputs, query=True):
            return self._target.respond(inputs)

    def at(self, rows: Any) -> Metered:
        """Return the same target, asked for these of its rows (positions or a mask; a row may be asked for twice)."""
        return type(self)(self._target, self._ledger, self._rows[_positions(rows)], self._most)

    def _on(self, target: Target[Any, Any]) -> Any:
        """Return another state of the target, on the same ledger."""
        return _metered(capabilities(target))(target, self._ledger, self._rows, self._most)

    @contextmanager
    def _charged(self, inputs: Any, *, query: bool) -> Iterator[None]:
        asked, ledger = count(inputs), self._ledger
        if asked != len(self._rows):
            raise RuleBroken(
                Problem(
                    "metered target",
                    f"{asked} rows were asked on the account of {len(self._rows)} cases",
                    "narrow it first: bench.at(target, rows)",
                )
            )
        np.add.at(ledger.forwards, self._rows, 1)
        if query:
            np.add.at(ledger.queries, self._rows, 1)
        self._check_budget()
        with self._timed():
            yield

    def _check_budget(self) -> None:
        used = int(self._ledger.forwards[self._rows].max(initial=0))
        if self._most and used > self._most:
            raise RuleBroken(
                Problem("metered target", f"query {used} of one case, but the threat allows {self._most}", "bench.left")
            )

    @contextmanager
    def _timed(self) -> Iterator[None]:
        begun = perf_counter()
        try:
            yield
        finally:
            share = (perf_counter() - begun) / max(len(self._rows), 1)
            np.add.at(self._ledger.seconds, self._rows, share)


class _Differentiable(Metered):
    """A metered target with gradients."""

    def linearise(self, inputs: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the responses and the pull-back; every pull is charged."""
        with self._charged(inputs, query=False):
            responses, back = self._target.linearise(inputs)  # type: ignore[attr-defined]

        def pulled(weights: Any) -> Any:
            np.add.at(self._ledger.backwards, self._rows, 1)
            with self._timed():
                return back(weights)

        return responses, pulled


class _Approximable(Metered):
    """A metered target that can pass gradients through steps that have none."""

    def approximated(self) -> Any:
        """Return the target with its useless steps passed straight through, on the same ledger."""
        return self._on(self._target.approximated())  # type: ignore[attr-defined]


class _Conditional(Metered):
    """A metered target that can be put in a state."""

    def under(self, condition: Any, /) -> Any:
        """Return the target in that state, on the same ledger."""
        return self._on(self._target.under(condition))  # type: ignore[attr-defined]


class _Fresh(Metered):
    """A metered target with chance or memory."""

    def fresh(self, key: bytes, /) -> Any:
        """Return the target with its chance keyed by `key`, on the same ledger."""
        return self._on(self._target.fresh(key))  # type: ignore[attr-defined]


class _Service(Metered):
    """A metered target that says how long each answer took."""

    def serve(self, inputs: Any, /) -> tuple[Any, tuple[float, ...]]:
        """Return the responses and the seconds of each row, and charge each row's case for a query."""
        with self._charged(inputs, query=True):
            return self._target.serve(inputs)  # type: ignore[attr-defined,no-any-return]


_WITH: dict[type[Any], type[Metered]] = {
    Differentiable: _Differentiable,
    Approximable: _Approximable,
    Conditional: _Conditional,
    Fresh: _Fresh,
    Service: _Service,
}


@cache
def _metered(able: tuple[type[Any], ...]) -> type[Metered]:
    return type("Metered", (*(_WITH[kind] for kind in able), Metered), {})


def _positions(rows: Any) -> Rows:
    index = np.asarray(plain(rows))
    return np.flatnonzero(index) if index.dtype == bool else index.astype(np.intp)
