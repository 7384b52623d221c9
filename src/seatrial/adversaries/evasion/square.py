"""The Square attack: random search with square windows, by scores alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod, sqrt
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.chase import Chase
from seatrial.adversaries.norms import SHRUNK, Room, boxed
from seatrial.records.batch import Array, Attempts, Batch, copied, plain
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Target

HALVED = (10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000)
"""Queries, of 10,000, after which the window's area is halved."""
TINY = 1e-12
DRAWN = 64
"""Queries whose random numbers are drawn at once."""
_SIDES, _SIGN = ("row", "column"), "evasion.square/sign"


@dataclass(frozen=True)
class Square:
    """Overwrite random windows and keep what lowers the margin (Andriushchenko et al., arXiv:1912.00049).

    It needs logits or probabilities and no gradient, so it sees through masked gradients.  Every case draws its own
    windows and signs, the last row and column are reached, and a tie is no break.  A vector is an image of one row.
    Linf starts from vertical stripes of +-eps; L2 moves the budget of one window into another, and so does L1, with
    lengths in that norm (Croce and Hein, arXiv:2103.01208, have such a form; the projection is on the meeting of ball
    and box).  Cost of a case that stands: `queries` forward passes, the untouched check among them.
    """

    queries: int = 1000
    """Queries per case; the paper takes 5,000."""
    share: float = 0.8
    """Share of the image that the first windows cover; halved nine times on the way."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the point that broke each case, or the point of smallest margin.

        Raises:
            TrialError: If the target gives no scores.
        """
        chase = Chase(target, batch, bench)
        if self.queries > 0 and not chase.over():
            chase.ask(batch.inputs)
            chase.forget()
        if self.queries > 1 and not chase.over():
            chase.ask(first_guess(chase))
        hunt(chase, Plan(self.queries, self.share), range(2, self.queries))
        return chase.attempts()


@dataclass(frozen=True, slots=True)
class Plan:
    """How large the windows are: a share of the image that is halved on the way through so many queries."""

    queries: int
    share: float = 0.8


def first_guess(chase: Chase) -> Any:
    """Return where a cold search begins: stripes for Linf, a grid of bumps for L2 and L1."""
    shape = tuple(chase.room.x.shape[1:])
    make = _stripes if chase.room.ball.norm == "linf" else _tiles
    return _shaped(make(_flat(chase.room, _image(shape)), chase.random), shape)


def hunt(chase: Chase, plan: Plan, queries: range) -> None:
    """Search by windows from the best point that every standing case of a chase has.

    Args:
        chase: Who is attacked; its `best` and `least` are where the search begins.
        plan: The size of the windows.
        queries: Places in the plan to work through: the first says how small the windows are at the beginning.
    """
    shape = tuple(chase.room.x.shape[1:])
    image = _image(shape)
    if chase.room.ball.norm == "linf":
        _windows(chase, plan, queries, image)
        return
    for query in queries:
        if chase.over():
            return
        room, best = _flat(chase.room, image), _shaped(chase.best, image)
        size = _window(image, plan.share, query * 10_000 // plan.queries)
        chase.ask(_shaped(_moved_window(room, best, chase.random, query, size), shape))


def _windows(chase: Chase, plan: Plan, queries: range, image: tuple[int, int, int]) -> None:
    """Search in Linf; the best points are overwritten where a window lies, and restored where that did not pay."""
    chase.best = copied(chase.best)
    for first in range(queries.start, queries.stop, DRAWN):
        if chase.over():
            return
        draws = range(first, min(first + DRAWN, queries.stop))
        columns = _drawn(chase, draws, image[0])
        for at, query in enumerate(draws):
            columns = list(chase.afforded(*columns))
            if not chase.rows.size:
                return
            size = _window(image, plan.share, query * 10_000 // plan.queries)
            columns = _tried(chase, image, size, [column[:, at] for column in columns], columns)


def _drawn(chase: Chase, draws: range, channels: int) -> list[Any]:
    """Return words for rows and columns `(n, draws)` and signs `(n, draws, channels)`, many queries at once."""
    random, like, size = chase.random, chase.best, len(draws)
    down, right = (random.words(f"evasion.square/{which}", (size,), like, start=draws.start) for which in _SIDES)
    return [down, right, random.signs(_SIGN, (size, channels), like, start=draws.start * channels)]


def _tried(chase: Chase, image: tuple[int, int, int], size: tuple[int, int], now: list[Any], also: list[Any]) -> Any:
    """Overwrite one window of every standing case, ask, restore what did not pay; return `also` of who stands."""
    xp, shape = array_api_compat.array_namespace(chase.best), chase.best.shape
    place = _covered(xp, image, size, now)
    wide = [xp.reshape(column, (shape[0], -1)) for column in (chase.best, chase.room.low, chase.room.high)]
    before, low, high = (xp.take_along_axis(column, place, axis=1) for column in wide)
    signs = xp.reshape(now[2], (shape[0], -1, 1)) + xp.zeros_like(xp.reshape(before, (shape[0], image[0], -1)))
    up = xp.reshape(signs, before.shape) > 0
    after = xp.where(up, high, low)
    same = xp.all(after == before, axis=1, keepdims=True)
    after = xp.where(same & up, low, xp.where(same, high, after))
    rows = xp.arange(shape[0], device=array_api_compat.device(chase.best))[:, None]
    wide[0][rows, place] = after
    found = chase.tried(xp.reshape(wide[0], shape))
    better = (found < chase.least) | xp.isnan(chase.least)
    wide[0][rows, place] = xp.where(better[:, None], after, before)
    chase.best, chase.least = xp.reshape(wide[0], shape), xp.where(better, found, chase.least)
    return list(chase.drop(~np.asarray(plain(found) < 0), *also))


def _covered(xp: Any, image: tuple[int, int, int], size: tuple[int, int], now: list[Any]) -> Any:
    """Return the positions of the numbers that each case's window covers, `(n, channels * tall * wide)`."""
    channels, height, width = image
    device = array_api_compat.device(now[0])
    top, left = (now[at] * (whole - part + 1) >> 32 for at, whole, part in ((0, height, size[0]), (1, width, size[1])))
    plane = xp.arange(channels, device=device)[:, None, None] * (height * width)
    inner = xp.arange(size[0], device=device)[:, None] * width + xp.arange(size[1], device=device)[None, :]
    return xp.reshape(plane + inner[None, :, :], (1, -1)) + (top * width + left)[:, None]


def _image(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Return channels, height, width of one case."""
    height, width = (1, *shape)[-2:] if shape else (1, 1)
    return prod(shape[:-2]), height, width


def _shaped(column: Any, shape: tuple[int, ...]) -> Any:
    return array_api_compat.array_namespace(column).reshape(column, (column.shape[0], *shape))


def _flat(room: Room, shape: tuple[int, int, int]) -> Room:
    return Room(room.ball, _shaped(room.x, shape), _shaped(room.low, shape), _shaped(room.high, shape))


def _window(shape: tuple[int, int, int], share: float, done: int) -> tuple[int, int]:
    """Return height and width of the window after `done` of 10,000 queries: as square as the image allows."""
    _, height, width = shape
    area = share / 2 ** sum(done > mark for mark in HALVED) * height * width
    tall = min(height, max(1, round(sqrt(area))))
    return tall, min(width, max(1, round(area / tall)))


def _place(random: Random, purpose: str, x: Any, size: tuple[int, int], query: int) -> tuple[Any, Any]:
    """Return where every pixel lies from the corner of the window: `(n, h, 1)` down and `(n, 1, w)` right."""
    xp, device = array_api_compat.array_namespace(x), array_api_compat.device(x)
    height, width = x.shape[-2:]
    top = random.integers(f"{purpose}/row", height - size[0] + 1, (1, 1), x, start=query)
    left = random.integers(f"{purpose}/column", width - size[1] + 1, (1, 1), x, start=query)
    return xp.arange(height, device=device)[None, :, None] - top, xp.arange(width, device=device)[None, None, :] - left


def _within(across: tuple[Any, Any], size: tuple[int, int]) -> Any:
    """Return which pixels lie in the window, `(n, 1, h, w)`."""
    down, right = across
    rows, columns = (down >= 0) & (down < size[0]), (right >= 0) & (right < size[1])
    return (rows & columns)[:, None, :, :]


def _stripes(room: Room, random: Random) -> Any:
    """Return the untouched image with every column of every channel moved by +-eps."""
    channels, _, width = room.x.shape[1:]
    signs = random.signs("evasion.square/stripes", (channels, 1, width), room.x)
    return boxed(array_api_compat.array_namespace(room.x), room.x + signs * room.ball.eps, room.low, room.high)


def _hill(tall: int, wide: int) -> Any:
    """Return a bump `(tall, wide)` whose height falls off in square rings from its middle."""
    down = np.abs(np.arange(tall) - (tall - 1) // 2)[:, None]
    right = np.abs(np.arange(wide) - (wide - 1) // 2)[None, :]
    ring = np.maximum(down, right)
    tail = np.append(np.cumsum(1.0 / np.arange(1, ring.max() + 2)[::-1] ** 2)[::-1], 0.0)
    return tail[ring]


def _power(room: Room) -> int:
    """Return the power that the norm of the ball sums: 1 or 2."""
    return 1 if room.ball.norm == "l1" else 2


def _spent(xp: Any, change: Any, power: int, axes: tuple[int, ...]) -> Any:
    """Return the sum of the powers of a change over some axes, which stay."""
    return xp.sum(xp.abs(change) if power == 1 else change**2, axis=axes, keepdims=True)


def _pair(tall: int, wide: int, power: int) -> Any:
    """Return two bumps of opposite sign side by side `(tall, wide)`, of length 1 in the norm of that power."""
    half = wide // 2
    made = np.concatenate([_hill(tall, half), -_hill(tall, wide - half)], axis=1) if half else _hill(tall, wide)
    return made / (np.abs(made) ** power).sum() ** (1 / power)


def _pattern(room: Room, random: Random, across: tuple[Any, Any], size: tuple[int, int], query: int) -> Any:
    """Return the bumps of every case in its window `(n, 1, h, w)`, upright or lying by the toss of a coin."""
    x, power = room.x, _power(room)
    xp, device = array_api_compat.array_namespace(x), array_api_compat.device(x)
    tall, wide = size
    lying = _pair(tall, wide, power)
    upright = _pair(wide, tall, power).T if tall > 1 else lying
    table = xp.astype(xp.asarray(np.stack([lying, upright]).reshape(-1), device=device), x.dtype)
    coin = random.integers("evasion.square/turn", 2, (1, 1), x, start=query)
    down, right = boxed(xp, across[0], *_ends(xp, across[0], tall)), boxed(xp, across[1], *_ends(xp, across[1], wide))
    place = coin * (tall * wide) + down * wide + right
    looked = xp.reshape(xp.take(table, xp.reshape(place, (-1,)), axis=0), place.shape)[:, None, :, :]
    return xp.where(_within(across, size), looked, xp.zeros_like(looked))


def _ends(xp: Any, places: Any, length: int) -> tuple[Any, Any]:
    return xp.zeros_like(places), xp.full_like(places, length - 1)


def _tiles(room: Room, random: Random) -> Any:
    """Return the untouched image plus a grid of five by five bumps, of length eps."""
    xp, device = array_api_compat.array_namespace(room.x), array_api_compat.device(room.x)
    channels, height, width = room.x.shape[1:]
    tall, wide = max(1, height // 5), max(1, width // 5)
    rows, columns = -(-height // tall), -(-width // wide)
    hills = np.tile(_pair(tall, wide, _power(room)), (rows, columns))[:height, :width]
    signs = random.signs("evasion.square/tiles", (channels, rows, columns), room.x)
    down = xp.arange(height, device=device) // tall
    right = xp.arange(width, device=device) // wide
    spread = xp.take(xp.take(signs, down, axis=2), right, axis=3)
    return _full(room, spread * xp.astype(xp.asarray(hills, device=device), room.x.dtype))


def _moved_window(room: Room, best: Any, random: Random, query: int, size: tuple[int, int]) -> Any:
    """Return the best image with the budget of a second window, and what is left of eps, moved into a first one."""
    xp, power, channels = array_api_compat.array_namespace(best), _power(room), best.shape[1]
    change = best - room.x
    across = _place(random, "evasion.square", best, size, query)
    here = _within(across, size)
    there = _within(_place(random, "evasion.square/from", best, size, query), size)
    none = xp.zeros_like(change)
    inside = xp.where(here, change, none)
    length = _spent(xp, inside, power, (2, 3)) ** (1 / power)
    signs = random.signs("evasion.square/sign", (channels, 1, 1), best, start=query * channels)
    fresh = inside / (length + TINY) + _pattern(room, random, across, size, query) * signs
    left = room.ball.eps**power - _spent(xp, change, power, (1, 2, 3))
    both = _spent(xp, xp.where(here | there, change, none), power, (2, 3))
    worth = (xp.maximum(left, xp.zeros_like(left)) / channels + both) ** (1 / power)
    fresh = fresh * (worth / (_spent(xp, fresh, power, (2, 3)) ** (1 / power) + TINY))
    return _full(room, xp.where(here, fresh, xp.where(there, none, change)))


def _full(room: Room, change: Any) -> Any:
    """Return the image with a change stretched to length eps, less what sums are rounded by, inside ball and box."""
    xp, power = array_api_compat.array_namespace(change), _power(room)
    length = _spent(xp, change, power, (1, 2, 3)) ** (1 / power)
    return room.inside(room.x + change * (room.ball.eps * SHRUNK**2 / (length + TINY)))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Square,
    "Square attack",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    cites=("arXiv:1912.00049", "arXiv:2103.01208"),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    lies=(
        "It needs scores that tell small changes apart: rounded scores, labels only or a noisy target blunt "
        "it, and too few queries look like robustness."
    ),
)
