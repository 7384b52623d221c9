"""Which part of a mixture a case meets: by shares that change on the way of a run, from phase to phase or gradually."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isclose, isfinite
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from seatrial.errors import Problem

Shares: TypeAlias = Mapping[str, float]
"""Name of a part -> share of the cases that meet it; they add up to 1."""


@dataclass(frozen=True)
class Phases:
    """Shares from some places of a run on."""

    stages: tuple[tuple[float, Shares], ...]
    """Progress, 0 to below 1, from which on shares hold; the first is 0."""
    glide: bool = False
    """Whether shares move evenly from one stage to the next, and are reached at its place."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every part that is met at some time, in alphabetical order: the order in which lots are shared out."""
        return tuple(sorted({name for _, shares in self.stages for name, share in shares.items() if share}))

    def at(self, progress: float) -> dict[str, float]:
        """Return the shares after a share of the run, one for every name."""
        last = max(at for at, (start, _) in enumerate(self.stages) if start <= max(progress, 0.0))
        start, shares = self.stages[last]
        if not self.glide or last + 1 == len(self.stages):
            return {name: shares.get(name, 0.0) for name in self.names}
        end, others = self.stages[last + 1]
        way = (progress - start) / (end - start)
        return {name: (1 - way) * shares.get(name, 0.0) + way * others.get(name, 0.0) for name in self.names}

    def met(self, progress: float, lots: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        """Return which of `names` each case meets, by its lot in [0, 1): `(n,)` positions."""
        ends = np.cumsum(list(self.at(progress).values()))
        return np.minimum(np.searchsorted(ends / ends[-1], lots, side="right"), len(ends) - 1)


def staged(parts: Any, phases: Any) -> tuple[tuple[tuple[float, Shares], ...], list[Problem]]:
    """Return the stages that `parts` or `phases` of a charter describe, and all that is wrong with them.

    Args:
        parts: Name -> share; empty if there are phases.
        phases: Pairs of a place in the run and shares; empty if there are parts.
    """
    if parts and phases:
        return (), [Problem("phases", "parts are given as well", "the first phase says what the run begins with")]
    if not phases:
        return ((0.0, parts),), list(_odd("parts", parts))
    if not (isinstance(phases, Sequence) and all(isinstance(one, Sequence) and len(one) == 2 for one in phases)):
        return (), [Problem("phases", "has a wrong form", "pairs of a place and shares: [[0.0, {clean: 1}]]")]
    found = [problem for at, (_, shares) in enumerate(phases) for problem in _odd(f"phases[{at}]", shares)]
    return tuple((start, shares) for start, shares in phases), [*found, *_unordered([one[0] for one in phases])]


def named(parts: Any, phases: Any) -> tuple[str, ...]:
    """Return every name that `parts` or `phases` of a charter hold, in alphabetical order, whatever else is wrong."""
    shares = [parts, *(one[1] for one in phases if isinstance(one, Sequence) and len(one) == 2)]
    return tuple(sorted({str(name) for one in shares if isinstance(one, Mapping) for name in one}))


def _unordered(starts: Sequence[Any]) -> Iterable[Problem]:
    if not all(isinstance(one, int | float) and 0 <= one < 1 for one in starts):
        yield Problem("phases", f"begin at {', '.join(map(str, starts))}", "shares of the run, 0 to below 1")
    elif starts[0] != 0 or any(one >= other for one, other in pairwise(starts)):
        yield Problem("phases", f"begin at {', '.join(map(str, starts))}", "the first at 0, each later than the last")


def _odd(where: str, shares: Any) -> Iterable[Problem]:
    """Yield what is wrong with shares."""
    if not isinstance(shares, Mapping) or not shares:
        yield Problem(where, "has no shares", "name what cases meet: {linf: 0.6, clean: 0.4}")
        return
    odd = [name for name, one in shares.items()
           if isinstance(one, bool) or not isinstance(one, int | float) or not isfinite(one) or one < 0]  # fmt: skip
    yield from (Problem(f"{where}.{name}", f"{shares[name]} is no share", "0 to 1") for name in odd)
    total = 0.0 if odd else float(sum(shares.values()))
    if not odd and not isclose(total, 1.0, abs_tol=1e-6):
        yield Problem(where, f"the shares add up to {total:g}", "they must add up to 1; `clean` takes the rest")
