"""Random search for a patch: squares of an extreme colour inside a rectangle, and now and then another place.

It is the search of Patch-RS (Croce et al., arXiv:2006.12834): a change that does not raise the margin is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.chase import Chase
from seatrial.adversaries.paste import Paste, Place
from seatrial.records.batch import plain
from seatrial.records.random import Random

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rummage:
    """How patches are changed."""

    queries: int
    """Questions in all; what is left of them decides how large a change is."""
    share: float
    """Share of the rectangle that the first squares cover."""
    moves: int
    """Every so many questions the rectangle is moved; 0 is never."""
    purpose: str
    """Names the draws."""

    def search(self, chase: Chase, canvas: Any, place: Place, first: int) -> None:
        """Ask about one change of every standing case after the other.

        Args:
            chase: Over images, of which nothing but the untouched case was asked, if anything.
            canvas: Contents to begin with, one per standing case.
            place: Where they are.
            first: Number of the first question, which is about the patch as it is.
        """
        fresh, there = canvas, place
        for query in range(first, self.queries):
            if chase.over():
                return
            if query > first:
                fresh, there = self._changed(chase, canvas, place, query)
            canvas, place = self._asked(chase, (canvas, place), (fresh, there))

    def _changed(self, chase: Chase, canvas: Any, place: Place, query: int) -> tuple[Any, Place]:
        done = query / self.queries
        if self.moves and query % self.moves == 0:
            size = int(chase.room.x.shape[-2]), int(chase.room.x.shape[-1])
            return canvas, _wandered(chase.random, f"{self.purpose}/move", (place, size), query, 1 - done)
        return _square(chase, (canvas, place), f"{self.purpose}/square", query, self.share * (1 - done) ** 2), place

    def _asked(self, chase: Chase, old: tuple[Any, Place], new: tuple[Any, Place]) -> tuple[Any, Place]:
        """Ask about a change; return contents and places after it, of those who stand."""
        (canvas, place), (fresh, there), ball = old, new, chase.room.ball
        xp, size = array_api_compat.array_namespace(canvas), (int(canvas.shape[-2]), int(canvas.shape[-1]))
        point = Paste(chase.room.x, there, ball.low, ball.high, canvas=size).made(fresh)[0]
        responses = chase.target.respond(point)
        now = chase.aim.margin(responses)
        before = now if chase.least is None else chase.least
        numbers = np.stack([place.top, place.left, there.top, there.left, place.tall, place.wide], axis=1)
        now, before, canvas, fresh, numbers = chase.drop(
            chase.note(point, responses), now, before, canvas, fresh, numbers
        )
        better = now <= before
        kept = np.where(np.asarray(plain(better))[:, None], numbers[:, 2:4], numbers[:, :2])
        chosen = xp.where(xp.reshape(better, (-1, 1, 1, 1)), fresh, canvas)
        return chosen, Place(kept[:, 0], kept[:, 1], numbers[:, 4], numbers[:, 5])


def striped(chase: Chase, side: tuple[int, int], purpose: str) -> Any:
    """Return contents to begin with: columns of one extreme colour each."""
    x, ball = chase.room.x, chase.room.ball
    signs = chase.random.signs(f"{purpose}/stripes", (int(x.shape[1]), 1, side[1]), x)
    xp = array_api_compat.array_namespace(x)
    wide = xp.broadcast_to(signs, (x.shape[0], x.shape[1], side[0], side[1]))
    return xp.where(wide > 0, xp.full_like(wide, ball.high), xp.full_like(wide, ball.low))


def anywhere(random: Random, size: tuple[int, int], side: tuple[int, int], purpose: str) -> Place:
    """Return a random place for every case."""
    none = np.zeros(1)
    top = random.integers(f"{purpose}/top", size[0] - side[0] + 1, (), none)
    left = random.integers(f"{purpose}/left", size[1] - side[1] + 1, (), none)
    return Place(top, left, np.full_like(top, side[0]), np.full_like(left, side[1]))


def _wandered(random: Random, purpose: str, where: tuple[Place, tuple[int, int]], query: int, share: float) -> Place:
    """Return places moved by up to a share of the image either way, inside it."""
    place, size = where
    drawn = random.uniform(purpose, (2,), np.zeros(1), start=2 * query)
    found = []
    for at, (start, side) in enumerate(((place.top, place.tall), (place.left, place.wide))):
        reach = max(1, round(share * size[at]))
        least, most = np.maximum(start - reach, 0), np.minimum(start + reach, size[at] - side)
        found.append((least + np.floor(drawn[:, at] * (most - least + 1))).astype(np.int64))
    return Place(found[0], found[1], place.tall, place.wide)


def _square(chase: Chase, patch: tuple[Any, Place], purpose: str, query: int, share: float) -> Any:
    """Return contents with one square of one extreme colour per case."""
    canvas, place = patch
    xp, device = array_api_compat.array_namespace(canvas), array_api_compat.device(canvas)
    random, ball, channels = chase.random, chase.room.ball, int(canvas.shape[1])
    drawn = random.uniform(f"{purpose}/where", (2,), np.zeros(1), start=2 * query)
    sides = np.maximum(1, np.rint(np.sqrt(share * place.tall * place.wide)).astype(np.int64))
    inside: Any = True
    for dim, whole in ((0, place.tall), (1, place.wide)):
        part = np.minimum(sides, whole)
        start = np.floor(drawn[:, dim] * (whole - part + 1)).astype(np.int64)
        at = np.arange(canvas.shape[dim + 2])[None, :] - start[:, None]
        held = xp.asarray((at >= 0) & (at < part[:, None]), device=device)
        inside = inside & (held[:, None, :, None] if dim == 0 else held[:, None, None, :])
    signs = random.signs(f"{purpose}/colour", (channels, 1, 1), canvas, start=query * channels)
    colour = xp.where(signs > 0, xp.full_like(signs, ball.high), xp.full_like(signs, ball.low))
    same = ~xp.any(inside & (canvas != colour), axis=(1, 2, 3), keepdims=True)
    colour = xp.where(same, ball.high + ball.low - colour, colour)
    return xp.where(inside, colour, canvas)
