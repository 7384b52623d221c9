"""Places for a patch: the most promising rectangles of an image, and what is left of them from round to round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.norms import Room
from seatrial.adversaries.paste import Place
from seatrial.records.batch import plain
from seatrial.records.random import Random

Floats = npt.NDArray[np.float64]
CHUNK = 32
"""Cases of which all rectangles are held in memory at once."""
RANDOM = 2
"""One place of so many is drawn at random, with contents drawn at random too."""


@dataclass(frozen=True, eq=False)
class Spots:
    """So many rectangles of each case, one after the other, with their contents."""

    count: int
    """Rectangles of one case."""
    place: Place
    """`(cases x count,)`."""
    contents: Any
    """Canvases `(cases x count, channels, rows, columns)`; a rectangle shows the first of its rows and columns."""
    size: tuple[int, int]
    """Height and width of the image."""

    @property
    def canvas(self) -> tuple[int, int]:
        """Rows and columns of a canvas."""
        return int(self.contents.shape[-2]), int(self.contents.shape[-1])

    @classmethod
    def promising(
        cls, slope: Any, x: Any, room: Room, sides: list[tuple[int, int]], count: int, random: Random
    ) -> Spots:
        """Return the rectangles in which the loss can rise most to first order, and a few random ones.

        Args:
            slope: Gradient of the loss at the images, finite.
            x: The images.
            room: What each number may become.
            sides: Height and width of the rectangles to look at.
            count: Rectangles per case.
            random: The streams of these cases.
        """
        xp = array_api_compat.array_namespace(x)
        up, down = slope * (room.high - x), slope * (room.low - x)
        rise = np.asarray(plain(xp.sum(xp.reshape(xp.maximum(up, down), (len(x), -1, *x.shape[-2:])), axis=1)))
        parts = [_best(rise[at : at + CHUNK].astype(np.float64), sides, count) for at in range(0, len(rise), CHUNK)]
        chosen = np.concatenate(parts)
        drawn = random.integers("patch/places", 2**31, (count, 3), np.zeros(1))
        for at in range(RANDOM - 1, count, RANDOM):
            kind = np.asarray(sides)[drawn[:, at, 0] % len(sides)]
            corner = drawn[:, at, 1:] % (np.asarray(rise.shape[1:]) - kind + 1)
            chosen[:, at] = np.concatenate([corner, kind], axis=1)
        place = Place(*(chosen.reshape(-1, 4)[:, at].astype(np.int64) for at in range(4)))
        best = xp.where(up > down, room.high, room.low)
        canvas = max(tall for tall, _ in sides), max(wide for _, wide in sides)
        contents = _cut(xp, best, place, count, canvas)
        lot = xp.asarray(np.tile(np.arange(count) % RANDOM == RANDOM - 1, len(rise)), device=array_api_compat.device(x))
        stripes = xp.reshape(
            random.signs("patch/stripes", (count, x.shape[1], 1, canvas[1]), x), (-1, x.shape[1], 1, canvas[1])
        )
        ends = xp.where(stripes > 0, xp.full_like(stripes, room.ball.high), xp.full_like(stripes, room.ball.low))
        contents = xp.where(lot[:, None, None, None], ends, contents)
        return cls(count, place, contents, (int(x.shape[-2]), int(x.shape[-1])))

    def best(self, contents: Any, least: Floats, stood: Any, count: int) -> Spots:
        """Return the best of the rectangles of the cases that go on."""
        order = np.argsort(least.reshape(-1, self.count)[stood], axis=1, kind="stable")[:, :count]
        flat = (order + np.asarray(stood)[:, None] * self.count).reshape(-1)
        return Spots(order.shape[1], self.place.at(flat), contents[flat], self.size)

    def halved(self, contents: Any, least: Floats, stood: Any, random: Random, turn: int) -> Spots:
        """Return half as many rectangles: the best quarter as they are, and the same again, moved a little.

        Args:
            contents: Best contents of every rectangle.
            least: Smallest margin of every rectangle.
            stood: Positions of the cases that go on.
            random: Their streams.
            turn: Number of this round.
        """
        half = max(1, self.count // 2)
        order = np.argsort(least.reshape(-1, self.count)[stood], axis=1, kind="stable")
        kept = max(1, half // 2)
        chosen = np.concatenate([order[:, :kept]] * (half // kept), axis=1) + np.asarray(stood)[:, None] * self.count
        flat = chosen.reshape(-1)
        place = self.place.at(flat)
        moved = np.tile(np.arange(half) >= kept, len(stood))
        drawn = random.uniform(f"patch/move/{turn}", (half, 2), np.zeros(1)).reshape(-1, 2) - 0.5
        top = _moved(place.top, place.tall, drawn[:, 0], self.size[0], moved)
        left = _moved(place.left, place.wide, drawn[:, 1], self.size[1], moved)
        return Spots(half, Place(top, left, place.tall, place.wide), contents[flat], self.size)


def _moved(start: Any, side: Any, share: Floats, size: int, which: Any) -> Any:
    """Return starts moved by up to half a side either way, inside the image."""
    there = np.clip(start + np.rint(share * side).astype(np.int64), 0, size - side)
    return np.where(which, there, start)


def _best(rise: Floats, sides: list[tuple[int, int]], count: int) -> Any:
    """Return top, left, height, width `(n, count, 4)` of the rectangles of largest sums, no two of a shape near."""
    cases, height, width = rise.shape
    total = np.zeros((cases, height + 1, width + 1))
    total[:, 1:, 1:] = rise.cumsum(axis=1).cumsum(axis=2)
    maps = [
        total[:, tall:, wide:] - total[:, :-tall, wide:] - total[:, tall:, :-wide] + total[:, :-tall, :-wide]
        for tall, wide in sides
    ]
    found = np.zeros((cases, count, 4), dtype=np.int64)
    each = np.arange(cases)
    for at in range(count):
        tops = np.stack([one.reshape(cases, -1).max(axis=1) for one in maps], axis=1)
        kind = tops.argmax(axis=1)
        for which, (tall, wide) in enumerate(sides):
            mine = each[kind == which]
            if not mine.size:
                continue
            corner = maps[which][mine].reshape(len(mine), -1).argmax(axis=1)
            down, right = np.divmod(corner, maps[which].shape[2])
            found[mine, at] = np.stack([down, right, np.full_like(down, tall), np.full_like(down, wide)], axis=1)
            _blank(maps[which], mine, (down, right), (tall, wide))
    return found


def _blank(sums: Floats, cases: Any, corner: tuple[Any, Any], side: tuple[int, int]) -> None:
    """Take the corners near a chosen one out of the running (as far as half a side away); all gone: none is nearer."""
    rows, columns = np.arange(sums.shape[1])[None, :, None], np.arange(sums.shape[2])[None, None, :]
    down, right = (at[:, None, None] for at in corner)
    near = (np.abs(rows - down) <= side[0] // 2) & (np.abs(columns - right) <= side[1] // 2)
    sums[cases] = np.where(near, -np.inf, sums[cases])


def _cut(xp: Any, x: Any, place: Place, count: int, canvas: tuple[int, int]) -> Any:
    """Return what stands in the rectangles of images, `(n x count, channels, *canvas)`; beyond the border, the last."""
    device = array_api_compat.device(x)
    rows = np.minimum(place.top[:, None] + np.arange(canvas[0]), x.shape[-2] - 1)
    columns = np.minimum(place.left[:, None] + np.arange(canvas[1]), x.shape[-1] - 1)
    pairs = xp.asarray(np.repeat(np.arange(len(x)), count), device=device)
    whole = xp.take(x, pairs, axis=0)
    down = xp.broadcast_to(
        xp.asarray(rows[:, None, :, None], device=device), (*whole.shape[:2], canvas[0], whole.shape[3])
    )
    part = xp.take_along_axis(whole, down, axis=2)
    across = xp.broadcast_to(xp.asarray(columns[:, None, None, :], device=device), (*part.shape[:3], canvas[1]))
    return xp.take_along_axis(part, across, axis=3)
