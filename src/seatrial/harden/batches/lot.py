"""Training cases, held in memory or read in parts: what a recipe takes its batches from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from seatrial.cases.cases import Cases
from seatrial.records.batch import Batch, joined, plain

HELD = 2**30
"""Bytes of inputs up to which all training cases are held in memory."""
WINDOW = 2**26
"""Bytes of inputs that are read at once where they are read in parts."""
MOST = 4096
"""Cases that are read at once at most."""


class Lot(Protocol):
    """Cases in a fixed order, by position; a batch in memory is one."""

    @property
    def ids(self) -> tuple[bytes, ...]:
        """The digest of each case."""
        ...

    @property
    def labels(self) -> Any:
        """The class of each, `(n,)`."""
        ...

    @property
    def groups(self) -> Any:
        """The group of each, or None."""
        ...

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def take(self, index: Any, /) -> Batch[Any]:
        """Return these cases, in this order, where the model is."""
        ...


class Parts:
    """Cases that stay with their source: only what is taken is read; names, labels and groups are known."""

    def __init__(self, cases: Cases, known: Batch[Any], home: Callable[[Any], Any]) -> None:
        """Take what `catalogued` told, or a part of it.

        Args:
            cases: The source.
            known: Positions in the source as inputs; names, labels, groups.
            home: Moves a column to the model's library, dtype and device.
        """
        self._cases, self._known, self._home = cases, known, home

    @property
    def ids(self) -> tuple[bytes, ...]:
        """The digest of each case."""
        return self._known.ids

    @property
    def labels(self) -> Any:
        """The class of each, numpy."""
        return self._known.labels

    @property
    def groups(self) -> Any:
        """The group of each, or None."""
        return self._known.groups

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._known)

    def part(self, index: Any) -> Parts:
        """Return these cases as a lot of their own; nothing is read."""
        return Parts(self._cases, self._known.take(index), self._home)

    def read(self, index: Any) -> Batch[Any]:
        """Return these cases as the source gives them."""
        return _read(self._cases, self._known.inputs[index])

    def take(self, index: Any, /) -> Batch[Any]:
        """Return these cases where the model is."""
        return self.moved(self.read(index))

    def moved(self, batch: Batch[Any]) -> Batch[Any]:
        """Return a batch that was read, where the model is."""
        return batch.moved(self._home)


def lot(cases: Cases, home: Callable[[Any], Any], *, parts: bool = False) -> Lot:
    """Return training cases: in memory if they fit there, else as parts of their source.

    Args:
        cases: The source, with labels; at least one case.
        home: Moves a column to the model's library, dtype and device.
        parts: Whether they are read in parts even if they are few.
    """
    size = _bytes(cases.take(0, 1))
    if not parts and size * len(cases) <= HELD:
        return cases.take(0, len(cases)).moved(home)
    return Parts(cases, _catalogued(cases, max(1, min(MOST, WINDOW // max(1, size)))), home)


def cut(whole: Lot, index: Any) -> Lot:
    """Return a part of a lot, as a lot of its own."""
    return whole.part(index) if isinstance(whole, Parts) else whole.take(index)


def _bytes(batch: Batch[Any]) -> int:
    return np.asarray(plain(batch.inputs)).astype(np.float32).nbytes


def _catalogued(cases: Cases, window: int) -> Batch[Any]:
    """Return names, labels and groups of a source, with positions in place of inputs; it is read once."""
    found = []
    for first in range(0, len(cases), window):
        batch = cases.take(first, min(first + window, len(cases)))
        found.append(Batch(batch.ids, np.arange(first, first + len(batch)), plain(batch.labels), batch.groups))
    return joined(found)


def _read(cases: Cases, positions: npt.NDArray[np.intp]) -> Batch[Any]:
    """Return the cases at these positions, in this order: neighbours are read at once."""
    order = np.argsort(positions, kind="stable")
    ranked = positions[order]
    runs = np.split(ranked, np.flatnonzero(np.diff(ranked) != 1) + 1)
    batch = joined([cases.take(int(run[0]), int(run[-1]) + 1) for run in runs])
    back = np.empty(len(order), dtype=np.intp)
    back[order] = np.arange(len(order))
    return batch.take(back)
