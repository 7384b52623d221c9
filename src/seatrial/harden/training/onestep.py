"""One step of the attack per batch, from a random point."""

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
class OneStep:
    """Learn on one long step from a random point (Wong et al., "Fast is better than free", arXiv:2001.03994).

    The cheapest attack there is.  Late in a long run it may collapse: the model learns to stand this very step and
    falls to any other.  Without the random point it does so early.  Checks on the way see that, roll back, and answer
    with shorter and more steps; before it collapses it drifts into masking, for which the last check looks.

    Attributes:
        stride: Length of the step, in radii.
        random: Whether it begins at a random point.
        course: Settings of the loop.
    """

    stride: float = 1.25
    random: bool = True
    course: Course = field(default_factory=Course)

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Train a copy of the target's module and return its weights; see `Remedy`."""
        return trained(self, target, cases, threat, means)

    def visit(self, lesson: Lesson) -> float:
        """Attack a batch, learn on what was found, and return the loss."""
        space = lesson.space()
        start = lesson.start(space, random=self.random)
        return lesson.learn_on(lesson.climb(space, start, lesson.steps(1), self.stride))


CARD: Card[Remedy] = Card(
    make=flat(OneStep),
    title="One-step adversarial training",
    cites=(
        "arXiv:2001.03994",
        "arXiv:1412.6572",
    ),
    tags=("atlas:AML.M0003",),
    extra="torch",
)
