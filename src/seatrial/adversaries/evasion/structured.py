"""A few whole groups of pixels: pixels, rows, columns or frames, overwritten in all channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.chase import Chase
from seatrial.adversaries.slopes import finite, scaled, signed
from seatrial.adversaries.through import boxed_bench, images
from seatrial.errors import Problem, TrialError
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Groups
from seatrial.targets.target import SLOPED, Differentiable


@dataclass(frozen=True)
class Structured:
    """Overwrite the few groups of pixels that promise most, and climb the loss inside them.

    A group is a pixel, a row, a column or a frame (the pixels at one distance from the border), over all channels,
    as in Sparse-RS (Croce et al., arXiv:2006.12834); the projection on the best groups after every step is that of
    sparse PGD (Croce and Hein, arXiv:1909.05040).  What a group promises is how far the loss can rise, to first order,
    if every number of the group goes to its better end; the running sum of gradients decides it.  On a linear model
    that is the best attack there is.  Cost of a case that stands: restarts x (steps + 1) forward passes and restarts
    x steps gradients.
    """

    steps: int = 40
    """Gradient steps per start."""
    step: float = 0.5
    """Length of a step, as a share of the input range; it falls to a tenth on the way."""
    decay: float = 0.75
    """Share of the old direction that is kept."""
    restarts: int = 2
    """Starts; every one after the first is random, and for the cases that still stand."""
    loss: str = "margin"
    """`cross_entropy` or `margin`."""

    def attack(
        self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Groups]
    ) -> Attempts[Array]:
        """Return every image with its groups as it broke, or as the margin was smallest.

        Raises:
            CasesError: If the cases are no images, or have no labels.
            TrialError: If the unit is unknown.
        """
        images(batch.inputs, "a change of groups of pixels")
        chase = Chase(target, batch, boxed_bench(bench, bench.threat.low, bench.threat.high))
        places = _places(bench.threat.unit, tuple(batch.inputs.shape[-2:]))
        for restart in range(self.restarts):
            if not chase.over():
                self._climb(chase, places, bench.threat.count, f"evasion.structured/{restart}" if restart else "")
        return chase.attempts()

    def _climb(self, chase: Any, places: Any, count: int, start: str) -> None:
        """Make one run for the cases that stand, from the untouched case or from random groups."""
        wish = point = chase.room.x
        slope = point * 0
        if start:
            wish = chase.room.start(chase.random, start)
            slope = chase.random.bell(f"{start}/groups", tuple(wish.shape[1:]), wish)
            point = _kept(chase.room, wish, slope, places, count)
        for step in range(self.steps):
            if chase.over():
                return
            gradient, point, wish, slope = chase.pull(point, self.loss, wish, slope)
            if not chase.rows.size:
                return
            slope = slope * self.decay + scaled(gradient)
            wish = self._further(chase.room, wish, slope, step)
            point = _kept(chase.room, wish, slope, places, count)
        if not chase.over():
            chase.ask(point)

    def _further(self, room: Any, wish: Any, direction: Any, step: int) -> Any:
        length = self.step * (1 - 0.9 * step / max(1, self.steps)) * room.ball.eps
        return room.inside(wish + signed(direction) * length)


def _kept(room: Any, wish: Any, direction: Any, places: Any, count: int) -> Any:
    """Return what is wished where a group is among the best, and the untouched numbers elsewhere."""
    xp, device = array_api_compat.array_namespace(wish), array_api_compat.device(wish)
    rise = xp.maximum(finite(direction) * (room.high - room.x), finite(direction) * (room.low - room.x))
    whole = xp.sum(xp.reshape(rise, (rise.shape[0], -1, places.size)), axis=1)
    worth = _summed(xp, whole, places)
    order = xp.argsort(worth, axis=1, descending=True, stable=True)
    rank = xp.argsort(order, axis=1, stable=True)
    best = xp.take(rank < count, xp.asarray(places.reshape(-1), device=device), axis=1)
    mask = xp.reshape(best, (wish.shape[0], *[1] * (wish.ndim - 3), *places.shape))
    return xp.where(mask, wish, room.x)


def _summed(xp: Any, whole: Any, places: Any) -> Any:
    """Return the sum over the pixels of each group, `(n, groups)` from `(n, height width)`."""
    count = int(places.max()) + 1
    if count == places.size:
        return whole
    device = array_api_compat.device(whole)
    parts = [np.flatnonzero(places.reshape(-1) == at) for at in range(count)]
    return xp.stack([xp.sum(xp.take(whole, xp.asarray(part, device=device), axis=1), axis=1) for part in parts], axis=1)


def _places(unit_: str, size: tuple[int, int]) -> Any:
    """Return the group of every pixel `(height, width)`.

    Raises:
        TrialError: If the unit is unknown.
    """
    down, right = np.arange(size[0])[:, None], np.arange(size[1])[None, :]
    known = {
        "pixel": down * size[1] + right,
        "row": down + 0 * right,
        "column": right + 0 * down,
        "frame": np.minimum(np.minimum(down, size[0] - 1 - down), np.minimum(right, size[1] - 1 - right)),
    }
    if unit_ not in known:
        raise TrialError(Problem("threat.unit", f"no unit {unit_!r}", f"one of {', '.join(known)}"))
    return known[unit_]


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Structured,
    "A few rows, columns, frames or pixels",
    oracle="same_label",
    controls=("evasion.striped",),
    reads=SLOPED,
    cites=("arXiv:2006.12834", "arXiv:1909.05040"),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    rank=3,
    lies=(
        "It chooses groups by their slope: on models that hide their gradient, or where groups only work together, it "
        "chooses the wrong ones."
    ),
)
