"""One change for many cases, climbed together, and counted on cases that it was not found on.

Sums over cases are made in the order of their digests, so that the order in which they come changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.aims import aim
from seatrial.adversaries.slopes import each, finite
from seatrial.adversaries.through import Making, Through
from seatrial.records.batch import Batch, plain

Rows = npt.NDArray[np.intp]
PASS = 256
"""Cases that go through the target at once."""
LARGE = 1e30
"""A margin that counts as infinite."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What one pass over some cases showed."""

    slopes: Any
    """Gradient uphill with respect to each case's recipe, of the cases that are not past the goal; else 0."""
    margins: npt.NDArray[np.float64]
    """`(n,)`; NaN is infinite: no break."""


class Crowd:
    """Some cases of a shard that are attacked together."""

    def __init__(self, target: Any, batch: Batch[Any], bench: Bench[Any], rows: Rows) -> None:
        """Take these cases, in the order of their digests.

        Raises:
            CasesError: If the cases have no labels.
        """
        self.rows: Rows = rows
        """Positions in the batch."""
        self._target, self._bench, self._aim = target, bench, aim(target.face, batch.labels)
        self.passes = 0
        """Passes made so far."""
        self.goal = np.inf
        """How far below 0 a margin need not go further; set by the first glance."""

    def over(self) -> bool:
        """Return whether the query budget of the threat is used up."""
        return 0 < self._bench.left <= self.passes

    def glance(self, making: Making, recipe: Any, loss: str) -> Glance:
        """Return gradients and margins of all cases, for one pass.

        Args:
            making: Of these cases, in their order.
            recipe: One row, for all cases; or one row per case.
            loss: A key of `losses.LOSSES`.
        """
        parts = [self._part(making, recipe, loss, slice(at, at + PASS)) for at in range(0, len(self.rows), PASS)]
        self.passes += 1
        margins = np.concatenate([part.margins for part in parts])
        if self.goal == np.inf:
            self.goal = _mean(margins)
        xp = array_api_compat.array_namespace(parts[0].slopes)
        return Glance(xp.concat([part.slopes for part in parts]), margins)

    def _part(self, making: Making, recipe: Any, loss: str, part: slice) -> Glance:
        rows = self.rows[part]
        xp = array_api_compat.array_namespace(recipe)
        aimed = self._aim.at(rows)
        alike = recipe.shape[0] == 1 and len(self.rows) > 1
        some = xp.broadcast_to(recipe, (len(rows), *recipe.shape[1:])) if alike else recipe[part]
        responses, back = Through(self._bench.at(self._target, rows), making.at(part)).linearise(some)
        margins = np.asarray(plain(aimed.margin(responses)), dtype=np.float64)
        margins = np.where(np.isnan(margins), np.inf, margins)
        slopes = finite(back(aimed.slope(loss, responses)))
        open_ = xp.asarray(margins > -self.goal, device=array_api_compat.device(slopes))
        return Glance(xp.where(each(open_, slopes), slopes, xp.zeros_like(slopes)), margins)


def _mean(margins: npt.NDArray[np.float64]) -> float:
    """Return the mean of the finite margins above 0; 0 without one."""
    good = margins[(margins > 0) & np.isfinite(margins)]
    return float(good.mean()) if good.size else 0.0


def crossed(batch: Batch[Any], random: Any, purpose: str, *, split: bool) -> Iterator[tuple[Rows, Rows]]:
    """Yield cases to find something on, and those that it is to be counted on; every case is counted once.

    Each half is counted under what was found on the other.  A single case is counted under what was found on itself.

    Args:
        batch: At least one case.
        random: The streams of the cases, which draw the halves.
        purpose: Names the draw.
        split: Whether there are two halves; else all cases are in both.
    """
    order = np.array(sorted(range(len(batch)), key=lambda at: batch.ids[at]), dtype=np.intp)
    if not split or len(batch) < 2:
        yield order, order
        return
    drawn = np.asarray(random.words(purpose, (), np.zeros(1)))[order]
    first = np.zeros(len(order), dtype=bool)
    first[np.argsort(drawn, kind="stable")[: len(order) // 2]] = True
    yield order[first], order[~first]
    yield order[~first], order[first]


def climbed(
    crowd: Crowd,
    start: Any,
    look: Callable[[Any, int], Glance],
    move: Callable[[Any, Any, int], Any],
    *,
    steps: int,
    last: bool = False,
) -> Any:
    """Return the recipe under which most cases fell, of equals that of the smallest mean margin.

    Args:
        crowd: Who is asked.
        start: The first recipe.
        look: From a recipe and the number of the step to what it shows.
        move: From a recipe, the gradients of the cases and the number of the step to the next recipe.
        steps: Passes at most.
        last: Whether the last recipe is meant instead: where chance decides what a step sees.
    """
    recipe = best = start
    record: tuple[int, float] = (-1, -np.inf)
    for step in range(steps):
        if crowd.over():
            break
        seen = look(recipe, step)
        reached = np.clip(seen.margins, -crowd.goal, LARGE)
        score = int((seen.margins < 0).sum()), -float(reached.mean())
        if score > record:
            record, best = score, recipe
        recipe = move(recipe, seen.slopes, step)
    return recipe if last else best
