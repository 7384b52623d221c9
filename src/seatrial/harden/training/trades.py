"""TRADES: a trade between clean accuracy and a smooth answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
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
class Trades:
    """Learn the true class on untouched inputs, and the same answer inside the ball (Zhang et al., arXiv:1901.08573).

    The attack climbs the divergence between the answer at a point and the answer at the untouched input, which has no
    slope there, so it begins at a random point.  Untouched and attacked inputs go through the network in one pass.

    Attributes:
        steps: Gradient steps per batch.
        stride: Length of a step, in radii.
        beta: Weight of the second part of the loss: more is more robust and less accurate.
        course: Settings of the loop.
    """

    steps: int = 3
    stride: float = 0.5
    beta: float = 6.0
    course: Course = field(default_factory=Course)

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Train a copy of the target's module and return its weights; see `Remedy`."""
        return trained(self, target, cases, threat, means)

    def visit(self, lesson: Lesson) -> float:
        """Attack a batch, learn from both answers, and return the loss."""
        space = lesson.space()
        trainee = lesson.trainee
        trainee.module.eval()
        with torch.no_grad(), trainee.passes():
            clean = trainee.logits(lesson.inputs).softmax(1)

        def apart(logits: Any) -> Any:
            return functional.kl_div(logits.log_softmax(1), clean, reduction="sum")

        start = lesson.start(space)
        points = lesson.climb(space, start, lesson.steps(self.steps), self.stride, loss=apart)

        def loss() -> Any:
            own, other = trainee.logits(torch.cat([lesson.inputs, points])).chunk(2)
            crossed = functional.cross_entropy(own, lesson.labels, label_smoothing=lesson.course.smoothing)
            smooth = functional.kl_div(other.log_softmax(1), own.softmax(1), reduction="batchmean")
            return crossed + self.beta * smooth

        return lesson.learn(loss)


CARD: Card[Remedy] = Card(
    make=flat(Trades),
    title="TRADES",
    cites=("arXiv:1901.08573",),
    tags=("atlas:AML.M0003",),
    extra="torch",
)
