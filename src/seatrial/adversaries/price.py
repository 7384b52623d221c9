"""The price of not breaking a case, found by halving: what Carlini and Wagner's attacks search for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat

DEARER = 5.0
"""Factor by which a price rises that has never broken its case."""


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit of margin costs, per row `(m,)`."""

    now: Any
    low: Any
    """Largest price that did not break the case."""
    high: Any
    """Smallest price that did; infinite if none."""

    @classmethod
    def of(cls, now: Any) -> Price:
        """Return a first price `(m,)`."""
        return cls(now, now * 0, now * 0 + float("inf"))

    def turned(self, broke: Any) -> Price:
        """Return the price of the next round, cheaper where this one broke its case and dearer elsewhere."""
        xp = array_api_compat.array_namespace(self.now)
        low, high = xp.where(broke, self.low, self.now), xp.where(broke, self.now, self.high)
        middle = xp.where(low > 0, (low + high) * 0.5, high * 0.3)
        return Price(xp.where(xp.isfinite(high), middle, self.now * DEARER), low, high)

    def columns(self) -> tuple[Any, Any, Any]:
        """Return its columns, for a hunt to cut."""
        return self.now, self.low, self.high
