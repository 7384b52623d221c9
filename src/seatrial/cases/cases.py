"""What a source of cases is, and how one is made from a charter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from seatrial import plugins
from seatrial.records.batch import Batch


class Cases(Protocol):
    """Samples in a fixed order, each named by the digest of its own content."""

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def take(self, first: int, last: int, /) -> Batch[Any]:
        """Return the cases from `first` up to, not including, `last`: numpy arrays or tuples."""
        ...


def source(kind: str, settings: Mapping[str, Any], folder: Path) -> Cases:
    """Return the source of a kind.

    Args:
        kind: Id on the shelf of cases.
        settings: What it needs; a `kind` among them is not its own.
        folder: Where relative paths start.

    Raises:
        CasesError: If it cannot be read.
    """
    own = {key: value for key, value in settings.items() if key != "kind"}
    cases: Cases = plugins.find("cases", kind).make(own, folder)
    return cases
