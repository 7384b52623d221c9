"""The worst patch: a rectangle of free contents in the worst place, by gradients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.chase import Chase
from seatrial.adversaries.paste import Paste, Place, rectangles
from seatrial.adversaries.rummage import Rummage
from seatrial.adversaries.slopes import finite, scaled, signed
from seatrial.adversaries.spots import Spots
from seatrial.adversaries.through import Through, boxed_bench, images
from seatrial.records.batch import Array, Attempts, Batch, copied
from seatrial.records.card import Card
from seatrial.records.threat import Patch
from seatrial.targets.target import SLOPED, Differentiable


@dataclass(frozen=True)
class WorstPatch:
    """Overwrite one rectangle, and search both its place and its contents.

    The contents climb the loss with momentum, as in LaVAN (Karmon et al., arXiv:1801.02608); the place matters as much
    (Rao et al., arXiv:2005.02313).  One gradient at the untouched case tells, to first order, how far the loss can
    rise in every rectangle of every place: the most promising ones, no two alike, and as many at random are asked
    once; the best of them climb side by side, the better half with twice the steps, and so on to the best one; from
    each round to the next half of the places that are kept also move a little.  What still stands goes on from its
    best patch by random search (Patch-RS: Croce et al., arXiv:2006.12834), which sees where a slope does not.  On a
    linear model the first guess is the best patch that there is.  Cost of a case that stands: 1 + probes + queries
    forward passes, and for every round places x steps gradients and as many forward passes and one for each place.
    """

    probes: int = 64
    """Rectangles that are asked once."""
    places: int = 16
    """Rectangles that climb side by side at first, a power of two."""
    steps: int = 4
    """Gradient steps in each of them; doubled whenever their number is halved."""
    step: float = 0.25
    """Length of a step, as a share of the input range; it falls to a tenth in every round."""
    decay: float = 0.75
    """Share of the old direction that is kept."""
    aspects: tuple[float, ...] = (1.0, 2.0, 0.5)
    """Height over width of the rectangles, in proportion to the image's."""
    queries: int = 300
    """Questions of the random search at the end."""
    loss: str = "margin"
    """`cross_entropy` or `margin`."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Patch]) -> Attempts[Array]:
        """Return every image with its patch as it broke, or as the margin was smallest.

        Raises:
            CasesError: If the cases are no images, or have no labels.
            TrialError: If the rectangle has no pixel, or is larger than the image.
        """
        x: Any = batch.inputs
        images(x, "a patch")
        sides = rectangles(tuple(x.shape[-2:]), bench.threat.share, self.aspects)
        found, inner = copied(x), boxed_bench(bench, bench.threat.low, bench.threat.high)
        first = Chase(target, batch, inner)
        if first.over():
            return Attempts(stimuli=found)
        slope, point = first.pull(x, self.loss)
        if first.rows.size:
            rise = finite(slope)
            count = max(self.probes, self.places)
            spots = Spots.promising(rise, point, first.room, sides, count, bench.random.at(first.rows))
            self._rounds(target, batch, inner, (first.rows, spots), found)
        return Attempts(stimuli=found)

    def _rounds(self, target: Any, batch: Batch[Any], bench: Bench[Any], begun: tuple[Any, Spots], found: Any) -> None:
        """Try places side by side, and fewer and fewer of them; write what is found into `found`."""
        rows, spots = begun
        left, steps, turn = bench.left - 1, 0, 0
        while rows.size:
            if bench.left:
                steps = min(steps, left // spots.count - 1)
                if steps < 0:
                    return
            pairs = np.repeat(rows, spots.count)
            making = Paste(batch.inputs[pairs], spots.place, bench.threat.low, bench.threat.high, canvas=spots.canvas)
            seen, held = Through(bench.at(target, pairs), making), replace(bench, random=bench.random.at(pairs), left=0)
            canvas, least = self._run(seen, batch.take(pairs), (held, spots), steps)
            best = np.argmin(least.reshape(len(rows), -1), axis=1) + np.arange(len(rows)) * spots.count
            found[rows] = making.at(best).made(canvas[best])[0]
            stood = np.flatnonzero(~(least.reshape(len(rows), -1) < 0).any(axis=1))
            rows, left = rows[stood], left - (steps + 1) * spots.count
            if spots.count == 1:
                break
            if turn == 0:
                spots, steps = spots.best(canvas, least, stood, self.places), self.steps
            else:
                spots, steps = spots.halved(canvas, least, stood, bench.random.at(rows), turn), steps * 2
            turn += 1
        if rows.size and self.queries and not (bench.left and left < 1):
            self._last(
                target,
                batch,
                replace(bench, left=max(0, left) if bench.left else 0),
                (rows, canvas[stood], spots.place.at(stood)),
                found,
            )

    def _last(
        self, target: Any, batch: Batch[Any], bench: Bench[Any], patches: tuple[Any, Any, Place], found: Any
    ) -> None:
        """Go on from the best patches by random search."""
        rows, canvas, place = patches
        chase = Chase(target, batch, bench, among=rows)
        Rummage(self.queries, 0.1, 5, "evasion.patch").search(chase, canvas, place, 0)
        found[rows] = chase.attempts().stimuli

    def _run(self, target: Any, pairs: Batch[Any], held: tuple[Bench[Any], Spots], steps: int) -> tuple[Any, Any]:
        """Climb in every place side by side; return the best contents and smallest margin of each."""
        bench, spots = held
        chase = Chase(target, Batch(pairs.ids, spots.contents, pairs.labels), bench)
        point, direction = chase.room.x, chase.room.x * 0
        for step in range(steps):
            if not chase.rows.size:
                break
            slope, point, direction = _whole(chase, spots.count, *chase.pull(point, self.loss, direction))
            direction = direction * self.decay + scaled(slope)
            length = self.step * (1 - 0.9 * step / steps) * chase.room.ball.eps
            point = chase.room.inside(point + signed(direction) * length)
        if chase.rows.size:
            chase.ask(point)
        canvas, least, _ = chase.figures()
        return canvas, least


def _whole(chase: Chase, count: int, *columns: Any) -> tuple[Any, ...]:
    """Let all places of a case leave together; return the columns of those who stay."""
    owner = chase.rows // count
    return chase.drop(np.bincount(owner, minlength=1)[owner] == count, *columns)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    WorstPatch,
    "The worst patch",
    oracle="same_label",
    controls=("evasion.spot",),
    reads=SLOPED,
    cites=("arXiv:1801.02608", "arXiv:2005.02313", "arXiv:2006.12834"),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    rank=3,
    lies=(
        "It looks for places by the slope at the untouched image, and follows slopes inside them: a model that hides "
        "its gradient leaves it blind. It holds for a patch that fits to the pixel, not for one that is printed."
    ),
)
