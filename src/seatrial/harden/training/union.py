"""Several norms at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch.nn import functional

from seatrial.cases.cases import Cases
from seatrial.errors import HardenError, Problem
from seatrial.harden.course import Course, flat
from seatrial.harden.ground import Ground
from seatrial.harden.lesson import Lesson
from seatrial.harden.loop import trained
from seatrial.harden.remedy import Means, Mended, Remedy
from seatrial.harden.rule import Checked, checked
from seatrial.harden.space import NORMS, Space
from seatrial.records.card import Card
from seatrial.records.threat import Ball, Threat
from seatrial.targets.target import Trainable

WAYS = ("msd", "max", "average", "rotation")
"""What the worst of several balls may mean."""


@dataclass(frozen=True, slots=True)
class Union:
    """Learn on the worst of several balls (Tramer and Boneh, arXiv:1904.13000; Maini et al., arXiv:1909.04068).

    A model that stands one norm may fall to another at once.  `how` says what the worst is: `msd` takes, at every
    step, the ball in which the loss is highest; `max` climbs in each ball and takes the worst end; `average` learns on
    all ends; `rotation` takes one ball a batch, in turn, and costs no more than a single norm.  Checks attack in all of
    the balls; a case counts as robust only if it stands them all.

    Attributes:
        how: `msd`, `max`, `average` or `rotation`.
        linf: Radius; 0 leaves the norm out.  The threat's own norm has the threat's own radius.
        l2: The same in L2.
        l1: The same in L1.
        steps: Gradient steps per batch.
        stride: Length of a step, in radii.
        course: Settings of the loop.
    """

    how: str = "msd"
    linf: float = 0.1
    l2: float = 1.0
    l1: float = 8.0
    steps: int = 3
    stride: float = 0.5
    course: Course = field(default_factory=Course)

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Train a copy of the target's module and return its weights; see `Remedy`."""
        return trained(self, target, cases, threat, means, rules=self.rules)

    def __post_init__(self) -> None:
        """Refuse a way that there is not.

        Raises:
            HardenError: If the name is unknown.
        """
        if self.how not in WAYS:
            raise HardenError(Problem("how", f"no way {self.how!r}", f"one of {', '.join(WAYS)}"))

    def visit(self, lesson: Lesson) -> float:
        """Attack a batch in every ball, learn on what was found, and return the loss."""
        spaces = [lesson.space(ball) for ball in self.balls(lesson.whole)]
        if self.how == "msd":
            return lesson.learn_on(self._steepest(lesson, spaces))
        if self.how == "rotation":
            return lesson.learn_on(self._climbed(lesson, spaces[lesson.step % len(spaces)]))
        ends = [self._climbed(lesson, space) for space in spaces]
        return lesson.learn_on(_worst(lesson, ends)) if self.how == "max" else _averaged(lesson, ends)

    def _climbed(self, lesson: Lesson, space: Space) -> Any:
        turn = NORMS.index(space.ball.norm)
        return lesson.climb(space, lesson.start(space, turn=turn), lesson.steps(self.steps), self.stride)

    def _steepest(self, lesson: Lesson, spaces: list[Space]) -> Any:
        """Return points that took, at every step, the ball in which the loss is highest."""
        points = lesson.inputs
        for _ in range(lesson.steps(self.steps)):
            slope = lesson.slope(points)
            stride = self.stride * lesson.answer.stride
            points = _worst(lesson, [space.uphill(points, slope, stride) for space in spaces])
        return points

    def rules(self, base: Ground) -> Checked:
        """Return what its models are checked against: every ball; a case must stand them all."""
        return checked(*self.balls(base.ball))

    def balls(self, ball: Ball) -> tuple[Ball, ...]:
        """Return what it trains against: a ball of each norm that is not left out."""
        sizes = {norm: getattr(self, norm) for norm in NORMS} | {ball.norm: ball.eps}
        return tuple(Ball(norm, eps, ball.low, ball.high) for norm, eps in sizes.items() if eps)


def _worst(lesson: Lesson, ends: list[Any]) -> Any:
    """Return, case by case, the points of the highest loss."""
    losses = torch.stack([lesson.losses(points) for points in ends])
    best = losses.argmax(0)
    return torch.stack(ends)[best, torch.arange(len(best), device=best.device)]


def _averaged(lesson: Lesson, ends: list[Any]) -> float:
    labels = lesson.labels.repeat(len(ends))

    def loss() -> Any:
        logits = lesson.trainee.logits(torch.cat(ends))
        return functional.cross_entropy(logits, labels, label_smoothing=lesson.course.smoothing)

    return lesson.learn(loss)


CARD: Card[Remedy] = Card(
    make=flat(Union),
    title="Adversarial training against several norms",
    cites=(
        "arXiv:1909.04068",
        "arXiv:1904.13000",
    ),
    tags=("atlas:AML.M0003",),
    extra="torch",
)
