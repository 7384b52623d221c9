"""A rectangle of an image: covered, or filled with what the gradient asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from seatrial.adversaries.norms import Room
from seatrial.adversaries.paste import Paste, Place, rectangles
from seatrial.adversaries.spots import Spots
from seatrial.harden.lesson import Lesson
from seatrial.harden.rule import Rule
from seatrial.records.threat import Ball, Patch

SHAPES = (1.0, 2.0, 0.5)
"""Height over width of rectangles, in proportion to the image's."""
SMALLEST = 0.25
"""Least area of a covered rectangle, as a share of what is allowed."""
WORST = 0.5
"""Share of the visits in which a rectangle covers the place where it hurts most."""
FAR = 0.5
"""Largest move of a patch on the way, as a share of its sides."""


@dataclass(frozen=True)
class Covered:
    """One blank rectangle of random size and shape: grey, or as dark or bright as can be (arXiv:1708.04896).

    Half of the visits cover a random place; the others the place where it hurts most to first order, because a detail
    that a model hangs on is rarely met by chance.
    """

    rule: Rule

    def points(self, lesson: Lesson) -> Any:
        """Return the images with their rectangles; the area grows on the way of the run."""
        threat, inputs = _rules(self.rule), lesson.inputs
        size = (int(inputs.shape[-2]), int(inputs.shape[-1]))
        drawn = lesson.random.uniform(f"occlusion/{self.rule.called}/{lesson.epoch}", (6,), np.zeros(1))
        area = _area(threat, lesson, size) * (SMALLEST + (1 - SMALLEST) * drawn[:, 0])
        sides = [rectangles(size, max(share, _pixel(size)), SHAPES) for share in area]
        tall, wide = np.array([one[int(at * len(one))] for one, at in zip(sides, drawn[:, 1], strict=True)]).T
        shades = np.array([(threat.low + threat.high) / 2] * 2 + [threat.low, threat.high])
        filled = torch.from_numpy(shades[(drawn[:, 4] * len(shades)).astype(int)]).to(inputs).reshape(-1, 1, 1, 1)
        top, left = ((drawn[:, at] * (whole - side + 1)).astype(int) for at, whole, side in _axes(size, tall, wide))
        rise = (lesson.slope(inputs) * (filled - inputs)).sum(1).double().cpu().numpy()
        for at in np.flatnonzero(drawn[:, 5] < WORST):
            top[at], left[at] = _highest(rise[at], int(tall[at]), int(wide[at]))
        where = torch.from_numpy(_mask(size, Place(top, left, tall, wide))).to(inputs.device)
        return torch.where(where[:, None], filled, inputs)


@dataclass(frozen=True)
class Patched:
    """One rectangle whose contents follow the gradient, at a place that moves (arXiv:1801.02608, arXiv:2005.02313).

    Half of the visits begin where the loss can rise most to first order, with the contents that promise it; the others
    anywhere, with stripes.  Half way the rectangle tries another place nearby, and stays where the loss is higher.
    """

    rule: Rule
    steps: int
    stride: float
    """Length of a step, as a share of the input range."""

    def points(self, lesson: Lesson) -> Any:
        """Return the images with their patches; the area grows on the way of the run."""
        threat, inputs = _rules(self.rule), lesson.inputs
        paste, canvas = self._begun(lesson, threat)
        steps, stride = lesson.steps(self.steps), self.stride * lesson.answer.stride * (threat.high - threat.low)
        for step in range(steps):
            if step == (steps + 1) // 2:
                paste = self._moved(lesson, paste, canvas)
            shown, back = paste.made(canvas)
            slope = back(lesson.slope(shown))
            canvas = (canvas + stride * slope.sign()).clamp(threat.low, threat.high)
        return paste.made(canvas)[0].to(inputs)

    def _begun(self, lesson: Lesson, threat: Patch) -> tuple[Paste, Any]:
        """Return where each patch begins, and with what."""
        inputs = lesson.inputs
        size = (int(inputs.shape[-2]), int(inputs.shape[-1]))
        sides = rectangles(size, _area(threat, lesson, size), SHAPES)
        room = Room.around(Ball("linf", threat.high - threat.low, threat.low, threat.high), inputs)
        random = replace(lesson.random, seed=lesson.seed + f"patch/{lesson.epoch}".encode(), known={})
        spots = Spots.promising(lesson.slope(inputs), inputs, room, sides, 2, random)
        lot = random.integers("begin", 2, (1,), np.zeros(1))[:, 0] + 2 * np.arange(len(inputs))
        paste = Paste(inputs, spots.place.at(lot), threat.low, threat.high, canvas=spots.canvas)
        return paste, spots.contents[torch.from_numpy(lot)]

    def _moved(self, lesson: Lesson, paste: Paste, canvas: Any) -> Paste:
        """Return the patches at a place nearby, where the loss is higher there."""
        drawn = lesson.random.uniform(f"patch/move/{lesson.epoch}", (2,), np.zeros(1)) * 2 - 1
        place, size = paste.place, tuple(paste.x.shape[-2:])
        top, left = (
            np.clip(start + np.rint(FAR * drawn[:, at] * side).astype(np.int64), 0, whole - side)
            for at, start, side, whole in (
                (0, place.top, place.tall, size[0]),
                (1, place.left, place.wide, size[1]),
            )
        )
        other = replace(paste, place=Place(top, left, place.tall, place.wide))
        better = (lesson.losses(other.made(canvas)[0]) > lesson.losses(paste.made(canvas)[0])).cpu().numpy()
        chosen = Place(np.where(better, top, place.top), np.where(better, left, place.left), place.tall, place.wide)
        return replace(paste, place=chosen)


def _rules(rule: Rule) -> Patch:
    assert isinstance(rule.threat, Patch)
    return rule.threat


def _area(threat: Patch, lesson: Lesson, size: tuple[int, ...]) -> float:
    """Return the share of the image that a rectangle may have now, one pixel at least."""
    return max(threat.share * lesson.course.reach_at(lesson.progress), _pixel(size))


def _pixel(size: tuple[int, ...]) -> float:
    return 1 / (size[0] * size[1])


def _axes(size: tuple[int, ...], tall: Any, wide: Any) -> tuple[tuple[int, int, Any], tuple[int, int, Any]]:
    """Return which number is drawn for rows and for columns, the whole, and the side of each rectangle."""
    return (2, size[0], tall), (3, size[1], wide)


def _highest(rise: Any, tall: int, wide: int) -> tuple[int, int]:
    """Return the corner of the rectangle of these sides over which the sum is largest."""
    total = np.zeros((rise.shape[0] + 1, rise.shape[1] + 1))
    total[1:, 1:] = rise.cumsum(0).cumsum(1)
    sums = total[tall:, wide:] - total[:-tall, wide:] - total[tall:, :-wide] + total[:-tall, :-wide]
    down, right = divmod(int(sums.argmax()), sums.shape[1])
    return down, right


def _mask(size: tuple[int, ...], place: Place) -> Any:
    """Return which pixels are inside `(n, height, width)`."""
    down, right = (np.arange(whole)[None] for whole in size)
    rows = (down >= place.top[:, None]) & (down < (place.top + place.tall)[:, None])
    columns = (right >= place.left[:, None]) & (right < (place.left + place.wide)[:, None])
    return rows[:, :, None] & columns[:, None, :]
