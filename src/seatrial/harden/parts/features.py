"""Rows of a table within what their columns can be, climbed by gradients that go through whole steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from seatrial.harden.constraints import Constraints
from seatrial.harden.lesson import Lesson
from seatrial.harden.rule import Rule

ROUNDED = 1e-5
"""Part of a step that rounding may take from a whole one."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows that are made of what an attack wishes: as much of each change as the columns allow.

    Its pull-back goes straight through the steps.
    """

    x: Any
    """Untouched rows `(n, columns)`."""
    columns: Constraints

    def at(self, rows: Any) -> Rows:
        """Return the making of these rows."""
        return Rows(self.x[rows], self.columns)

    def made(self, recipe: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the rows, and the pull-back: no slope in columns that never change."""
        xp = array_api_compat.array_namespace(recipe)
        width, device = self.x.shape[1], array_api_compat.device(self.x)

        def told(value: float, some: Mapping[int, float]) -> Any:
            return xp.astype(xp.asarray([some.get(at, value) for at in range(width)], device=device), self.x.dtype)

        def among(some: Sequence[int]) -> Any:
            return told(0.0, dict.fromkeys(some, 1.0)) > 0

        allowed = self.columns
        low = xp.minimum(self.x, told(-np.inf, {at: ends[0] for at, ends in allowed.ranges.items()}))
        high = xp.maximum(self.x, told(np.inf, {at: ends[1] for at, ends in allowed.ranges.items()}))
        low = xp.where(among((*allowed.fixed, *allowed.raised)), self.x, low)
        high = xp.where(among((*allowed.fixed, *allowed.lowered)), self.x, high)
        step, fixed = told(0.0, allowed.grid), among(allowed.fixed)
        point, stepped = xp.minimum(xp.maximum(recipe, low), high), step > 0
        share = (point - self.x) / xp.where(stepped, step, xp.ones_like(step))
        whole = self.x + xp.trunc(share + ROUNDED * xp.sign(share)) * step
        point = xp.where(stepped, xp.minimum(xp.maximum(whole, low), high), point)
        return point, lambda slope: xp.where(fixed, xp.zeros_like(slope), slope)


@dataclass(frozen=True)
class Features:
    """The worst that a few steps find in a Linf ball of which only what the columns allow is shown to the model."""

    rule: Rule
    columns: Constraints
    steps: int
    stride: float
    """Length of a step, in radii."""

    def points(self, lesson: Lesson) -> Any:
        """Return the rows; how far a column may go grows on the way of the run."""
        space, making = lesson.space(self.rule.bounds), Rows(lesson.inputs, self.columns)
        points = lesson.start(space)
        for _ in range(lesson.steps(self.steps)):
            shown, back = making.made(points)
            points = space.uphill(points, back(lesson.slope(shown)), self.stride * lesson.answer.stride)
        return making.made(points)[0]
