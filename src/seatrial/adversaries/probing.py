"""Searches by scores alone: the cases that still stand, and what each of their questions showed.

All standing cases have asked equally often, so the budget ends for all at once and is used to the last query.  A case
leaves with the first point that breaks it; what it gets does not depend on who else is there.
"""

from __future__ import annotations

from math import prod
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.aims import aim, lead
from seatrial.adversaries.norms import TINY, Room, sized
from seatrial.adversaries.slopes import each
from seatrial.records.batch import Array, Attempts, Batch, copied, plain, rows
from seatrial.records.random import Random
from seatrial.records.threat import Ball

MOST = 2**19, 2**24
"""Numbers that are presented in one call, about: on the host (what caches hold), and elsewhere."""
Floats = npt.NDArray[np.float64]


class Probing:
    """One attack on one shard, in progress; every column has a row per standing case."""

    def __init__(
        self, target: Any, batch: Batch[Array], bench: Bench[Ball], queries: int, *, listen: bool = False
    ) -> None:
        """Begin with every case standing, and ask for each as it is.

        Args:
            target: Metered; it gives something that an aim can read.
            batch: The cases in the target's home, with labels.
            bench: Its threat is a ball; its `left` ends the search.
            queries: Per case, the first one too.
            listen: Whether what the target gives is kept.

        Raises:
            CasesError: If the cases have no labels.
        """
        self._whole, self._bench = target, bench
        self._aim = aim(target.face, batch.labels)
        self._found: Any = copied(batch.inputs)
        self.heard: list[tuple[Any, Any]] | None = [] if listen else None
        """Points that were asked for, and what the target gave, both in numpy."""
        self.left = min(queries, bench.left or queries)
        """Queries that each standing case may still make."""
        self.rows = np.arange(len(batch))
        """Positions in the batch of the cases that stand."""
        self.room = Room.around(bench.threat, batch.inputs)
        self.random: Random = bench.random
        self.best: Any = batch.inputs
        """The point of smallest margin per standing case."""
        self.least: Floats = np.full(len(batch), np.inf)
        """Its margin; infinity if it is unknown."""
        if self.left:
            self.ask(batch.inputs[:, None])

    def over(self) -> bool:
        """Return whether nobody stands, or nobody may ask."""
        return self.rows.size == 0 or self.left <= 0

    def ask(self, points: Any, *also: Any) -> tuple[Any, ...]:
        """Ask about some points per standing case, as many as the budget allows; the fallen leave.

        Args:
            points: `(n, k, ...)`.
            also: Columns to cut to the cases that stand.

        Returns:
            The margins `(n, asked)` in numpy (infinity where one is unknown), and `also`, for those who stand.
        """
        points = points[:, : self.left]
        asked = points.shape[1]
        margins = self._margins(points, asked)
        self.left -= asked
        fell = margins < 0
        chosen = np.where(fell.any(axis=1), fell.argmax(axis=1), margins.argmin(axis=1))
        every = np.arange(len(margins))
        now = margins[every, chosen]
        better = np.flatnonzero(now < self.least)
        if better.size:
            self.best = copied(self.best)
            self.best[better] = points[better, chosen[better]]
            self.least = np.minimum(now, self.least)
        return self._drop(fell.any(axis=1), margins, *also)

    def _margins(self, points: Any, asked: int) -> Floats:
        """Return the margins of all points, presented a part of the cases at a time."""
        xp = array_api_compat.array_namespace(points)
        part = together(points, asked * prod(points.shape[2:]))
        found = []
        for first in range(0, len(self.rows), part):
            here = np.repeat(np.arange(first, min(first + part, len(self.rows))), asked)
            whole = xp.reshape(points[first : first + part], (-1, *points.shape[2:]))
            given = self._bench.at(self._whole, self.rows[here]).respond(whole)
            if self.heard is not None:
                self.heard.append((copied(plain(whole)), copied(plain(given))))
            found.append(lead(self._aim.at(here), given).reshape(-1, asked))
        return np.concatenate(found)

    def _drop(self, fell: Any, *also: Any) -> tuple[Any, ...]:
        if not fell.any():
            return also
        gone, kept = np.flatnonzero(fell), np.flatnonzero(~fell)
        self._found[self.rows[gone]] = self.best[gone]
        self.rows, self.room, self.random = self.rows[kept], self.room.at(kept), self.random.at(kept)
        self._aim, self.best, self.least = self._aim.at(kept), self.best[kept], self.least[kept]
        return tuple(rows(column, kept) for column in also)

    def slope(self, point: Any, drawn: Any, size: float, *also: Any) -> tuple[Any, ...]:
        """Estimate the gradient of the margin, downhill, from pairs of probes on either side of a point.

        Args:
            point: One per standing case.
            drawn: Directions `(n, pairs, ...)`; as many as the budget allows.
            size: How far along each the probes lie.
            also: Columns to cut.

        Returns:
            The gradient downhill, the point and `also`, for those who stand.  Probes are cut to ball and box, so that
            one that breaks the case counts.
        """
        xp, pairs = array_api_compat.array_namespace(point), drawn.shape[1]
        ends = [self.room.inside(point + drawn[:, at] * (size * way)) for at in range(pairs) for way in (1, -1)]
        margins, point, drawn, *rest = self.ask(xp.stack(ends, axis=1), point, drawn, *also)
        with np.errstate(invalid="ignore"):
            apart = margins[:, 1::2] - margins[:, ::2]
        weights = np.where(np.isfinite(apart), apart, 0.0)
        found = xp.zeros_like(point)
        for at in range(pairs):
            found = found + drawn[:, at] * column(weights[:, at], point)
        return found, point, *rest

    def climb(self, point: Any, direction: Any, share: float) -> tuple[Any, Any]:
        """Go one step of that share of eps along a direction and ask there; return both for those who stand."""
        point = self.room.uphill(point, direction, share)
        _, point, direction = self.ask(point[:, None], point, direction)
        return point, direction

    def attempts(self) -> Attempts[Array]:
        """Return one stimulus per case: where it fell, or the point of smallest margin."""
        if self.rows.size:
            self._found[self.rows] = self.best
        return Attempts(stimuli=self._found)


def unit(gradient: Any) -> Any:
    """Return the gradient of each case at length 1; one of zeros stays."""
    return gradient / (sized(array_api_compat.array_namespace(gradient), gradient) + TINY)


def together(like: Any, numbers: int) -> int:
    """Return how many cases are presented in one call, each with so many numbers, on the device of `like`."""
    return max(1, MOST[str(array_api_compat.device(like)) != "cpu"] // max(1, numbers))


def column(numbers: Any, like: Any) -> Any:
    """Return one number per case, in the library and dtype of `like`, shaped to multiply with it."""
    xp, device = array_api_compat.array_namespace(like), array_api_compat.device(like)
    made = xp.astype(xp.asarray(np.asarray(numbers, dtype=np.float64), device=device), like.dtype)
    return each(made, like)
