"""MART: what the model gets wrong anyway counts more."""

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
from seatrial.harden.trainee import LEAST
from seatrial.records.card import Card
from seatrial.records.threat import Threat
from seatrial.targets.target import Trainable


@dataclass(frozen=True, slots=True)
class Mart:
    """Weigh more what the model gets wrong without any attack (Wang et al., ICLR 2020).

    It was published as "Improving adversarial robustness requires revisiting misclassified examples".  The loss is a
    boosted cross-entropy at the attacked input, which also pushes the best wrong class down, and the divergence between
    both answers, weighted by how little the model believes in the true class.

    Attributes:
        steps: Gradient steps per batch.
        stride: Length of a step, in radii.
        beta: Weight of the divergence.
        course: Settings of the loop.
    """

    steps: int = 3
    stride: float = 0.5
    beta: float = 5.0
    course: Course = field(default_factory=Course)

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Train a copy of the target's module and return its weights; see `Remedy`."""
        return trained(self, target, cases, threat, means)

    def visit(self, lesson: Lesson) -> float:
        """Attack a batch, learn from both answers, and return the loss."""
        space, trainee, labels = lesson.space(), lesson.trainee, lesson.labels
        points = lesson.climb(space, lesson.start(space), lesson.steps(self.steps), self.stride)

        def loss() -> Any:
            own, other = trainee.logits(torch.cat([lesson.inputs, points])).chunk(2)
            crossed = functional.cross_entropy(other, labels, label_smoothing=lesson.course.smoothing)
            attacked = other.softmax(1)
            wrong = attacked.scatter(1, labels[:, None], 0.0).amax(1)
            boosted = crossed - (1 - wrong).clamp_min(LEAST).log().mean()
            apart = functional.kl_div(other.log_softmax(1), own.softmax(1), reduction="none").sum(1)
            doubt = 1 - own.softmax(1).gather(1, labels[:, None])[:, 0]
            return boosted + self.beta * (apart * doubt).mean()

        return lesson.learn(loss)


CARD: Card[Remedy] = Card(
    make=flat(Mart),
    title="MART",
    cites=("openreview:rklOg6EFwS",),
    tags=("atlas:AML.M0003",),
    extra="torch",
)
