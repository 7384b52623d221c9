"""The price of not breaking a case, found by halving: what Carlini and Wagner's attacks search for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import array_api_compat

from seatrial.adversaries.nearest import Nearest, Seen

State = tuple[Any, ...]
"""What a descent remembers of each case, one column after the other."""
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


def haggled(
    hunt: Nearest,
    rounds: int,
    steps: int,
    *,
    begin: Callable[[], tuple[Any, State]],
    first: Callable[[Seen], Price],
    move: Callable[[int, Any, State, Seen, Price, Any], tuple[Any, State]],
) -> None:
    """Go down length plus price times margin, in rounds: after each, cheaper where it broke the case, else dearer.

    Args:
        hunt: Who is attacked; the broken may leave it.
        rounds: Prices that are tried.
        steps: Passes for each.
        begin: Gives the points of a round's first pass, and the state of the descent.
        first: Gives the first price, from the first pass.
        move: Gives the next points and state, from the number of the step, the points, the state, the pass, the price
            and what a unit of margin costs `(m, 1)`: nothing where the case is broken.
    """
    xp = array_api_compat.array_namespace(hunt.x)
    price: Price | None = None
    for _ in range(rounds):
        point, state = begin()
        broke = hunt.x[:, 0] < -float("inf")
        for step in range(steps):
            if hunt.over():
                return
            also = () if price is None else price.columns()
            seen, point, broke, *columns = hunt.pull(point, broke, *state, *also)
            if not hunt.rows.size:
                return
            state, kept = tuple(columns[: len(state)]), columns[len(state) :]
            price, broke = Price(*kept) if kept else first(seen), broke | seen.broken
            cost = xp.where(seen.margin > 0, price.now, price.now * 0)[:, None]
            point, state = move(step, point, state, seen, price, cost)
        price = price and price.turned(broke)
