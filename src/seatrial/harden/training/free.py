"""Free adversarial training: one pass for the attack and the weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from torch.nn import functional

from seatrial.cases.cases import Cases
from seatrial.harden.course import Course, flat
from seatrial.harden.lesson import Lesson
from seatrial.harden.loop import trained
from seatrial.harden.remedy import Means, Mended, Remedy
from seatrial.records.card import Card
from seatrial.records.threat import Threat
from seatrial.targets.target import Trainable


@dataclass(frozen=True, slots=True)
class Free:
    """Use every backward pass twice, for the weights and for the inputs (Shafahi et al., arXiv:1904.12843).

    A batch is met `replays` times in a row; each time the weights take a step, and so does the perturbation, which
    goes on to the next batch.  It needs many passes over the cases to be any good.

    Attributes:
        replays: Times that a batch is met in a row.
        stride: Length of a step of the perturbation, in radii.
        course: Settings of the loop.
    """

    replays: int = 4
    stride: float = 1.0
    course: Course = field(default_factory=Course)

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Train a copy of the target's module and return its weights; see `Remedy`."""
        return trained(self, target, cases, threat, means)

    def visit(self, lesson: Lesson) -> float:
        """Meet a batch several times, learn and attack in one pass, and return the last loss."""
        space, size, found = lesson.space(), len(lesson.inputs), 0.0
        shift = lesson.carried.get("shift")
        if shift is None or len(shift) < size:
            shift = lesson.start(space) - lesson.inputs
        shift = shift[:size]
        for _ in range(self.replays):
            points = space.inside(lesson.inputs + shift).detach().requires_grad_()
            found = self._learned(lesson, points)
            if not isfinite(found):
                return found
            moved = space.uphill(points.detach(), points.grad, self.stride * lesson.answer.stride)
            shift = moved - lesson.inputs
        lesson.carried["shift"] = shift
        return found

    def _learned(self, lesson: Lesson, points: Any) -> float:
        def loss() -> Any:
            logits = lesson.trainee.logits(points)
            return functional.cross_entropy(logits, lesson.labels, label_smoothing=lesson.course.smoothing)

        return lesson.learn(loss)


CARD: Card[Remedy] = Card(
    make=flat(Free),
    title="Free adversarial training",
    cites=("arXiv:1904.12843",),
    tags=("atlas:AML.M0003",),
    extra="torch",
)
