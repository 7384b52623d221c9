"""What a plan that stops early will take: the chance of every verdict, and the cases that it is expected to open.

Exact, by following how the count of good cases is spread from one look to the next, if cases come out independently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Limits = Callable[[int], tuple[int | None, int]]
"""Cases so far -> from how many good ones a clause is held, and up to how many it is breached."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is likely to come of one clause."""

    held: float
    breached: float
    expected: float
    """Cases worked on average."""

    @property
    def chances(self) -> dict[str, float]:
        """`held`, `breached`, `unproven` -> probability."""
        unproven = max(0.0, 1.0 - self.held - self.breached)
        return {"held": self.held, "breached": self.breached, "unproven": unproven}


def ahead(sizes: Sequence[int], rate: float, limits: Limits) -> Ahead:
    """Return what comes of a clause that is looked at after every shard.

    Args:
        sizes: Cases of each shard, in order.
        rate: Chance of a good case, 0..1.
        limits: What settles it.
    """
    spread, cases = np.ones(1), 0
    held = breached = expected = 0.0
    for size in sizes:
        expected += size * float(spread.sum())
        spread = np.convolve(spread, _binomial(size, rate))
        cases += size
        least, most = limits(cases)
        top = cases + 1 if least is None else least
        held += float(spread[top:].sum())
        breached += float(spread[: most + 1].sum())
        spread[top:], spread[: most + 1] = 0.0, 0.0
    return Ahead(held, breached, expected)


def _binomial(n: int, rate: float) -> Floats:
    """Return the probability of 0 to n successes."""
    made, step = np.ones(1), np.array([1.0 - rate, rate])
    while n:
        made = np.convolve(made, step) if n & 1 else made
        step, n = np.convolve(step, step), n >> 1
    return np.asarray(made, dtype=np.float64)
