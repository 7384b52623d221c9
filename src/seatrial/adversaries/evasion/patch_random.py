"""The worst patch by scores alone: random squares inside a rectangle that wanders."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.chase import Chase
from seatrial.adversaries.paste import Paste, Place, rectangles
from seatrial.adversaries.through import boxed_bench, images
from seatrial.records.batch import Array, Attempts, Batch, plain
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Patch
from seatrial.targets.target import AIMED, Target


@dataclass(frozen=True)
class RandomPatch:
    """Overwrite one rectangle by random search: squares of an extreme colour inside it, now and then another place.

    Patch-RS (Croce et al., arXiv:2006.12834): a change that does not raise the margin is kept.  The squares shrink
    on the way, as in the Square attack, and so do the moves of the rectangle: every fifth query.  It needs scores
    and no gradient, so it sees through masked gradients; by labels alone it is a plain random search.  Cost of a case
    that stands: `queries` forward passes, the untouched check among them.
    """

    queries: int = 500
    """Queries per case; the paper takes 10,000."""
    share: float = 0.4
    """Share of the rectangle that the first squares cover."""
    moves: int = 5
    """Every so many queries the rectangle is moved; 0 is never."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Patch]) -> Attempts[Array]:
        """Return every image with its patch as it broke, or as the margin was smallest.

        Raises:
            CasesError: If the cases are no images, or have no labels.
            TrialError: If the rectangle has no pixel, or is larger than the image.
        """
        x: Any = batch.inputs
        images(x, "a patch")
        side = rectangles((int(x.shape[-2]), int(x.shape[-1])), bench.threat.share)[0]
        chase = Chase(target, batch, boxed_bench(bench, bench.threat.low, bench.threat.high))
        if self.queries > 0 and not chase.over():
            chase.ask(x)
            chase.forget()
        canvas, place = _stripes(chase, side), _anywhere(chase, side)
        for query in range(1, self.queries):
            if chase.over():
                break
            canvas, place = self._query(chase, canvas, place, query)
        return chase.attempts()

    def _query(self, chase: Any, canvas: Any, place: Place, query: int) -> tuple[Any, Place]:
        """Ask about one change of every standing case; return its contents and place after it."""
        xp, room = array_api_compat.array_namespace(canvas), chase.room
        fresh, there = canvas, place
        if query > 1:
            done = query / self.queries
            if self.moves and query % self.moves == 0:
                there = _wandered(chase.random, place, tuple(room.x.shape[-2:]), query, 1 - done)
            else:
                fresh = _square(chase, canvas, query, self.share * (1 - done) ** 2)
        size = int(canvas.shape[-2]), int(canvas.shape[-1])
        point = Paste(room.x, there, room.ball.low, room.ball.high, canvas=size).made(fresh)[0]
        numbers = np.stack([place.top, place.left, there.top, there.left], axis=1)
        before, responses = chase.least, chase.target.respond(point)
        now = chase.aim.margin(responses)
        before = now if before is None else before
        now, before, canvas, fresh, numbers, tall, wide = chase.drop(
            chase.note(point, responses), now, before, canvas, fresh, numbers, place.tall, place.wide
        )
        better = now <= before
        kept = np.where(np.asarray(plain(better))[:, None], numbers[:, 2:], numbers[:, :2])
        chosen = xp.where(xp.reshape(better, (-1, 1, 1, 1)), fresh, canvas)
        return chosen, Place(kept[:, 0], kept[:, 1], tall, wide)


def _stripes(chase: Any, side: tuple[int, int]) -> Any:
    """Return first contents: columns of one extreme colour each."""
    x, ball = chase.room.x, chase.room.ball
    signs = chase.random.signs("evasion.patch_random/stripes", (int(x.shape[1]), 1, side[1]), x)
    xp = array_api_compat.array_namespace(x)
    wide = xp.broadcast_to(signs, (x.shape[0], x.shape[1], side[0], side[1]))
    return xp.where(wide > 0, xp.full_like(wide, ball.high), xp.full_like(wide, ball.low))


def _anywhere(chase: Any, side: tuple[int, int]) -> Place:
    """Return a random place for every case."""
    height, width = chase.room.x.shape[-2:]
    none, random = np.zeros(1), chase.random
    top = random.integers("evasion.patch_random/top", int(height) - side[0] + 1, (), none)
    left = random.integers("evasion.patch_random/left", int(width) - side[1] + 1, (), none)
    return Place(top, left, np.full_like(top, side[0]), np.full_like(left, side[1]))


def _wandered(random: Random, place: Place, size: tuple[int, ...], query: int, share: float) -> Place:
    """Return places moved by up to a share of the image either way, inside it."""
    drawn = random.uniform("evasion.patch_random/move", (2,), np.zeros(1), start=2 * query)
    found = []
    for at, (start, side) in enumerate(((place.top, place.tall), (place.left, place.wide))):
        reach = max(1, round(share * size[at]))
        least, most = np.maximum(start - reach, 0), np.minimum(start + reach, size[at] - side)
        found.append((least + np.floor(drawn[:, at] * (most - least + 1))).astype(np.int64))
    return Place(found[0], found[1], place.tall, place.wide)


def _square(chase: Any, canvas: Any, query: int, share: float) -> Any:
    """Return contents with one square of one extreme colour per case."""
    xp, device = array_api_compat.array_namespace(canvas), array_api_compat.device(canvas)
    rows, columns = int(canvas.shape[-2]), int(canvas.shape[-1])
    side = max(1, round(sqrt(share * rows * columns)))
    tall, wide = min(side, rows), min(side, columns)
    random, ball, channels = chase.random, chase.room.ball, int(canvas.shape[1])
    top = random.integers("evasion.patch_random/row", rows - tall + 1, (1, 1, 1), canvas, start=query)
    left = random.integers("evasion.patch_random/column", columns - wide + 1, (1, 1, 1), canvas, start=query)
    signs = random.signs("evasion.patch_random/colour", (channels, 1, 1), canvas, start=query * channels)
    down = xp.arange(rows, device=device)[None, None, :, None] - top
    right = xp.arange(columns, device=device)[None, None, None, :] - left
    inside = (down >= 0) & (down < tall) & (right >= 0) & (right < wide)
    colour = xp.where(signs > 0, xp.full_like(signs, ball.high), xp.full_like(signs, ball.low))
    if tall * wide == 1:
        colour = xp.where(_same(xp, inside, canvas, colour), ball.high + ball.low - colour, colour)
    return xp.where(inside, colour, canvas)


def _same(xp: Any, inside: Any, canvas: Any, colour: Any) -> Any:
    """Return which cases would see no change in all channels, `(n, 1, 1, 1)`: one pixel of the colour it has."""
    differs = inside & (canvas != colour)
    return ~xp.any(differs, axis=(1, 2, 3), keepdims=True)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    RandomPatch,
    "The worst patch, by random search",
    oracle="same_label",
    controls=("evasion.spot",),
    reads=AIMED,
    cites=("arXiv:2006.12834", "arXiv:1912.00049"),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    rank=3,
    lies=(
        "A few hundred random changes of a patch say little about the worst one: with more queries more cases fall. "
        "Rounded scores or labels alone blunt it."
    ),
)
