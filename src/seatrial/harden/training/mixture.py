"""A mixture: some cases of a batch are attacked in the ball, others are corrupted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import numpy as np
import torch

from seatrial import plugins
from seatrial.adversaries.adversary import Bench
from seatrial.cases.cases import Cases
from seatrial.errors import HardenError, Problem
from seatrial.harden.course import Course, flat
from seatrial.harden.lesson import Lesson
from seatrial.harden.loop import trained
from seatrial.harden.remedy import Means, Mended, Remedy
from seatrial.records.batch import plain
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption, Threat
from seatrial.targets.target import Trainable

FAMILY = "corruption."
"""What may stand in a mixture: adversaries of this family, whose threat is a severity."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """Learn on attacked and on corrupted cases in one batch: what each case meets is drawn anew at every visit.

    A model that was trained against one ball alone may stand noise, blur and dirt worse than before (compare Hendrycks
    et al., arXiv:1912.02781, who mix corruptions).  The mixture takes any corruption on the shelf of adversaries, at a
    random severity up to the one given.  Checks attack in the ball only.

    Attributes:
        corruptions: Ids on the shelf of adversaries, all of them corruptions.
        severity: The largest, 1 to 5.
        share: Share of the cases that are attacked in the ball; the others share out the corruptions.
        steps: Gradient steps per batch.
        stride: Length of a step, in radii.
        course: Settings of the loop.
    """

    corruptions: tuple[str, ...] = ("corruption.noise", "corruption.blur", "corruption.brightness")
    severity: int = 3
    share: float = 0.6
    steps: int = 2
    stride: float = 0.75
    course: Course = field(default_factory=Course)

    def __post_init__(self) -> None:
        """Refuse what is no mixture.

        Raises:
            HardenError: With all that is wrong.
        """
        strange = [name for name in self.corruptions if not name.startswith(FAMILY)]
        problems = [Problem("corruptions", f"{name} is no corruption", f"ids begin with {FAMILY}") for name in strange]
        if not self.corruptions:
            problems.append(Problem("corruptions", "there are none", "training.pgd trains on the ball alone"))
        if not 1 <= self.severity <= 5:
            problems.append(Problem("severity", f"{self.severity} is no severity", "1 to 5"))
        if not 0 < self.share < 1:
            problems.append(Problem("share", f"{self.share} is no share of a mixture", "above 0 and below 1"))
        if problems:
            raise HardenError(*problems)

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Train a copy of the target's module and return its weights; see `Remedy`."""
        return trained(self, target, cases, threat, means)

    def visit(self, lesson: Lesson) -> float:
        """Attack some of a batch, corrupt the others, learn on all, and return the loss."""
        drawn = lesson.random.uniform(f"mixture/{lesson.epoch}", (2,), np.zeros(1))
        kinds = np.where(drawn[:, 0] < self.share, -1, (drawn[:, 1] * len(self.corruptions)).astype(int))
        attacked = np.flatnonzero(kinds < 0)
        points = lesson.inputs.clone()
        if attacked.size:
            points[torch.from_numpy(attacked)] = self._attacked(lesson, attacked)
        for at, name in enumerate(self.corruptions):
            if (rows := np.flatnonzero(kinds == at)).size:
                points[torch.from_numpy(rows)] = self._corrupted(lesson, name, rows)
        return lesson.learn_on(points)

    def _attacked(self, lesson: Lesson, rows: Any) -> Any:
        few = replace(lesson, part=lesson.part.take(rows), rows=lesson.rows[rows])
        space = few.space()
        return few.climb(space, few.start(space), few.steps(self.steps), self.stride)

    def _corrupted(self, lesson: Lesson, name: str, rows: Any) -> Any:
        part, ball = lesson.part.take(rows), lesson.whole
        part = replace(part, inputs=np.asarray(plain(part.inputs)))
        purpose = f"mixture/{lesson.epoch}".encode()
        severity = 1 + int.from_bytes(sha256(lesson.seed + purpose).digest()[:4], "big") % self.severity
        bench = Bench(Corruption(severity, ball.low, ball.high), Random(lesson.seed + purpose, part.ids))
        made = plugins.find("adversaries", name).make().attack(None, part, bench)
        return torch.from_numpy(np.ascontiguousarray(plain(made.stimuli))).to(lesson.inputs)


CARD: Card[Remedy] = Card(
    make=flat(Mixture),
    title="Adversarial training with a mixture of corruptions",
    cites=("arXiv:1706.06083", "arXiv:1912.02781"),
    tags=("atlas:AML.M0003",),
    extra="torch",
)
