"""Batches, one update after the other: taken when they are asked for, or read ahead by processes of their own.

Who reads does not decide what is read: update and seed do.  Workers are forks that end when this process does.
"""

from __future__ import annotations

import ctypes
import sys
import warnings
from collections.abc import Callable, Iterator
from os import getpid
from signal import SIGKILL
from time import process_time
from typing import Any, Protocol

import torch
from torch.utils.data import DataLoader, Dataset, Sampler

from seatrial.errors import HardenError, Problem, SeatrialError
from seatrial.harden.batches.lot import Lot, Parts
from seatrial.harden.batches.order import Rows
from seatrial.records.batch import Batch

_PR_SET_PDEATHSIG = 1
AHEAD = 2
"""Batches that each worker prepares beyond the one that is asked for."""


class Feed(Protocol):
    """Where a run gets its batches from."""

    @property
    def spent(self) -> float:
        """CPU seconds of its workers, as far as they have told."""
        ...

    def batch(self, step: int, /) -> Batch[Any]:
        """Return the cases of an update; the next one asked for is the next one.

        Raises:
            CasesError: If they cannot be read.
            HardenError: If a worker is gone.
        """
        ...

    def close(self) -> None:
        """End the workers."""
        ...


def feed(lot: Lot, rows: Callable[[int], Rows], workers: int) -> Feed:
    """Return what feeds a run.

    Args:
        lot: What is learned from.
        rows: The positions of the cases of an update.
        workers: Processes that read ahead; 0, or a lot in memory, reads here.
    """
    return Ahead(lot, rows, workers) if workers and isinstance(lot, Parts) else Direct(lot, rows)


class Direct:
    """Takes a batch when it is asked for."""

    def __init__(self, lot: Lot, rows: Callable[[int], Rows]) -> None:
        """Take the cases, and the positions of those of an update."""
        self._lot, self._rows = lot, rows

    @property
    def spent(self) -> float:
        """None: there are no workers."""
        return 0.0

    def batch(self, step: int, /) -> Batch[Any]:
        """Return the cases of an update."""
        return self._lot.take(self._rows(step))

    def close(self) -> None:
        """Do nothing."""


class Ahead:
    """Reads ahead in worker processes (torch's `DataLoader`), in our own order."""

    def __init__(self, lot: Parts, rows: Callable[[int], Rows], workers: int) -> None:
        """Take the cases, the positions of those of an update, and the number of processes; none starts yet."""
        self._lot, self._rows, self._workers = lot, rows, workers
        self._spent: dict[int, float] = {}
        self._next = -1
        self._coming: Iterator[Any] | None = None

    @property
    def spent(self) -> float:
        """CPU seconds of its workers, as far as they have told."""
        return sum(self._spent.values())

    def batch(self, step: int, /) -> Batch[Any]:
        """Return the cases of an update; workers start with the first that is asked for."""
        if self._coming is None or step != self._next:
            self.close()
            self._coming = self._started(step)
        self._next = step + 1
        try:
            worker, spent, found = next(self._coming)
        except RuntimeError as error:
            hint = "is there memory for as many? give the same command again, with fewer --workers"
            raise HardenError(Problem("workers", f"a data worker is gone: {error}", hint)) from error
        self._spent[worker] = spent
        if isinstance(found, SeatrialError):
            raise found
        return self._lot.moved(found)

    def close(self) -> None:
        """End the workers."""
        self._coming = None

    def _started(self, first: int) -> Iterator[Any]:
        with warnings.catch_warnings():
            # Torch warns of more workers than cores; how many is the user's choice.
            warnings.simplefilter("ignore", UserWarning)
            loader = DataLoader(
                _Read(self._lot),
                batch_size=None,
                sampler=_From(first, self._rows),
                num_workers=self._workers,
                collate_fn=_as_it_is,
                worker_init_fn=_end_with_parent,
                prefetch_factor=AHEAD,
                # Else it would draw a seed for its workers, which draw nothing, from the generator of all.
                generator=torch.Generator(),
                multiprocessing_context="fork",
            )
            return iter(loader)


class _Read(Dataset[Any]):
    """What a worker does: read the cases at some positions, and tell what it has cost so far."""

    def __init__(self, lot: Parts) -> None:
        self._lot = lot

    def __getitem__(self, rows: Any) -> tuple[int, float, Any]:
        found: Any
        try:
            found = self._lot.read(rows)
        except SeatrialError as error:
            found = error
        return getpid(), process_time(), found


class _From(Sampler[Any]):
    """The positions of the cases of every update from one on, without an end."""

    def __init__(self, first: int, rows: Callable[[int], Rows]) -> None:
        self._first, self._rows = first, rows

    def __iter__(self) -> Iterator[Any]:
        step = self._first
        while True:
            yield self._rows(step)
            step += 1


def _end_with_parent(number: int) -> None:  # noqa: ARG001 - torch says which worker it is
    """Ask Linux to end this process with its parent at once; elsewhere torch's own watch sees it within seconds."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, SIGKILL)


def _as_it_is(found: Any) -> Any:
    return found
