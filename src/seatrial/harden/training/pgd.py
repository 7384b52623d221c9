"""Adversarial training with projected gradient descent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from seatrial.cases.cases import Cases
from seatrial.harden.course import Course, flat
from seatrial.harden.lesson import Lesson
from seatrial.harden.loop import trained
from seatrial.harden.remedy import Means, Mended, Remedy
from seatrial.records.card import Card
from seatrial.records.threat import Threat
from seatrial.targets.target import Trainable


@dataclass(frozen=True, slots=True)
class PgdTraining:
    """Learn on the worst inputs that a few gradient steps find (Madry et al., arXiv:1706.06083).

    Few steps are enough where the radius grows slowly and every pass is cheap: passes are made in bfloat16 where the
    processor has units for it, and the attack computes gradients at the inputs alone.

    Attributes:
        steps: Gradient steps per batch.
        stride: Length of a step, in radii.
        course: Settings of the loop.
    """

    steps: int = 2
    stride: float = 0.75
    course: Course = field(default_factory=Course)

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Train a copy of the target's module and return its weights; see `Remedy`."""
        return trained(self, target, cases, threat, means)

    def visit(self, lesson: Lesson) -> float:
        """Attack a batch, learn on what was found, and return the loss."""
        space = lesson.space()
        start = lesson.start(space)
        return lesson.learn_on(lesson.climb(space, start, lesson.steps(self.steps), self.stride))


CARD: Card[Remedy] = Card(
    make=flat(PgdTraining),
    title="Adversarial training with projected gradient descent",
    cites=("arXiv:1706.06083",),
    tags=("atlas:AML.M0003",),
    extra="torch",
)
