"""What a source of cases is."""

from __future__ import annotations

from typing import Any, Protocol

from seatrial.records.batch import Batch


class Cases(Protocol):
    """Samples in a fixed order, each named by the digest of its own content."""

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def take(self, first: int, last: int, /) -> Batch[Any]:
        """Return the cases from `first` up to, not including, `last`: numpy arrays or tuples."""
        ...
