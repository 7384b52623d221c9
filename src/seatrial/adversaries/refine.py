"""A search in a few dimensions, without gradients: draws first, then ever smaller steps around the best of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.lockstep import Hunt, Try
from seatrial.records.random import Random

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Refine:
    """Where to look, for every case alike."""

    most: Floats
    """Largest size of each number `(d,)`; one that is 0 stays 0."""
    draws: int
    """Points of the first pass: the corners of the box, then random ones."""
    climbs: int = 3
    """Best points of the first pass from which the second starts, one after the other."""
    halvings: int = 5
    """Times that a step is halved; the first one is a third of `most`."""

    def hunts(self, random: Random, purpose: str) -> list[Hunt[Floats]]:
        """Return one search per case; each asks about the untouched case first."""
        count = max(0, self.draws - 2 ** min(self._free.size, 4))
        drawn = random.uniform(purpose, (count, self.most.size), np.zeros(1)) * 2 - 1
        return [self.hunt(np.concatenate([self._corners(), row])) for row in np.asarray(drawn)]

    @property
    def _free(self) -> npt.NDArray[np.intp]:
        return np.flatnonzero(self.most > 0)

    def _corners(self) -> Floats:
        """Return the corners of the first four free dimensions, in shares of `most`."""
        free = self._free[:4]
        made = np.zeros((2**free.size if free.size else 0, self.most.size))
        for at, dim in enumerate(free):
            made[:, dim] = 1 - 2 * (np.arange(len(made)) >> at & 1)
        return made[: max(0, self.draws)]

    def hunt(self, shares: Floats) -> Hunt[Floats]:
        """Yield points as a search for one case; where all of the first pass leave it alike, there is no second."""
        yield Try(np.zeros(self.most.size))
        seen = []
        for share in shares:
            lead = yield Try(share * self.most)
            seen.append(lead)
        if not seen or min(seen) == max(seen):
            return
        for at in np.argsort(seen, kind="stable")[: self.climbs]:
            yield from self._climb(shares[at], seen[at])

    def _climb(self, share: Floats, least: float) -> Hunt[Floats]:
        """Yield the neighbours of a point along each dimension, go where it is lower, and halve the step if none is."""
        step = 1 / 3
        for _ in range(self.halvings):
            moved = True
            while moved:
                moved = False
                for beside in self._beside(share, step):
                    lead = yield Try(beside * self.most)
                    if lead < least:
                        share, least, moved = beside, lead, True
                        break
            step /= 2

    def _beside(self, share: Floats, step: float) -> Iterator[Floats]:
        for dim in self._free:
            for way in (1.0, -1.0):
                beside = share.copy()
                beside[dim] = np.clip(beside[dim] + way * step, -1.0, 1.0)
                if beside[dim] != share[dim]:
                    yield beside
