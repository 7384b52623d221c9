"""Every number a little, by gradients; or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.harden.lesson import Lesson
from seatrial.harden.rule import Rule
from seatrial.harden.space import NORMS


@dataclass(frozen=True)
class InBall:
    """The worst that a few steps from a random point find in a ball of norm linf, l2 or l1."""

    rule: Rule
    steps: int
    stride: float
    """Length of a step, in radii."""

    def points(self, lesson: Lesson) -> Any:
        """Return the ends of the climb; the radius grows on the way of the run."""
        ball = self.rule.bounds
        space = lesson.space(ball)
        start = lesson.start(space, turn=NORMS.index(ball.norm))
        return lesson.climb(space, start, lesson.steps(self.steps), self.stride)


@dataclass(frozen=True)
class Clean:
    """Cases as they are."""

    rule: Rule

    def points(self, lesson: Lesson) -> Any:
        """Return the inputs."""
        return lesson.inputs
