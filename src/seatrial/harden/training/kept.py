"""Perturbations that are kept between epochs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch

from seatrial.cases.cases import Cases
from seatrial.harden.course import Course, flat
from seatrial.harden.lesson import Lesson
from seatrial.harden.loop import trained
from seatrial.harden.remedy import Means, Mended, Remedy
from seatrial.records.card import Card
from seatrial.records.threat import Threat
from seatrial.targets.target import Trainable

LEVELS = 127
"""Steps of one byte from no change to the largest: the radius in Linf, else what a number of the case moved by."""
LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Kept:
    """Keep each case's perturbation, and go on from it at the next visit (Zheng et al., ATTA, arXiv:1912.11969).

    A step or two a visit add up to a strong attack over the epochs, because the model changes little from one to
    the next; in our measurements it gives by far the most robust accuracy per CPU minute.  Perturbations take one byte
    per number of the training cases, in memory and in every checkpoint.  The authors' university lists the technology
    for licensing, so this recipe is never a default: read docs/decisions/0033-kept-perturbations.md before you use it
    in a product.

    Attributes:
        steps: Gradient steps a visit.
        stride: Length of a step, in radii.
        again: Whether the slope that comes out of the update itself moves the perturbation once more, for the next
            visit: one step more at a tenth of its price (as free training has it, arXiv:1904.12843).
        afresh: Passes over the cases after which all begin at random points again; 0 is never.
        course: Settings of the loop.
    """

    steps: int = 1
    stride: float = 0.6
    again: bool = True
    afresh: int = 0
    course: Course = field(default_factory=lambda: Course(batch=64))

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Train a copy of the target's module and return its weights; see `Remedy`."""
        return trained(self, target, cases, threat, means)

    def visit(self, lesson: Lesson) -> float:
        """Attack a batch from where the last visit ended, learn on what was found, and return the loss."""
        space, rows = lesson.space(), torch.from_numpy(lesson.rows)
        if "shifts" not in lesson.carried:
            lesson.carried["shifts"] = torch.zeros((lesson.size, *lesson.inputs.shape[1:]), dtype=torch.int8)
            lesson.carried["sizes"] = torch.full((lesson.size,), lesson.whole.eps / LEVELS)
        shifts, sizes = lesson.carried["shifts"], lesson.carried["sizes"]
        size = sizes[rows].to(lesson.inputs).view(-1, *(1 for _ in lesson.inputs.shape[1:]))
        if lesson.epoch == 0 or (self.afresh and lesson.epoch % self.afresh == 0):
            start = lesson.start(space)
        else:
            start = space.inside(lesson.inputs + shifts[rows].to(lesson.inputs) * size)
        points = lesson.climb(space, start, lesson.steps(self.steps), self.stride)
        loss, slope = lesson.learn_at(points) if self.again else (lesson.learn_on(points), None)
        if slope is not None:
            points = space.uphill(points, slope, self.stride * lesson.answer.stride)
        moved = (points - lesson.inputs).nan_to_num_(0.0)
        if lesson.whole.norm != "linf":
            size = (moved.abs().flatten(1).amax(1).clamp_min(LEAST) / LEVELS).view_as(size)
            sizes[rows] = size.flatten().cpu()
        shifts[rows] = (moved / size).round_().clamp_(-LEVELS, LEVELS).to(torch.int8).cpu()
        return loss


CARD: Card[Remedy] = Card(
    make=flat(Kept),
    title="Adversarial training with kept perturbations",
    cites=("arXiv:1912.11969", "arXiv:1904.12843"),
    tags=("atlas:AML.M0003",),
    caution="the university of its authors lists the technique for licensing (decision 0033)",
    extra="torch",
)
