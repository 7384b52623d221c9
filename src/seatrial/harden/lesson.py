"""One visit of a recipe to one batch: what it may look at, how it attacks, how it lets the model learn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from seatrial.harden.course import Course
from seatrial.harden.space import Space, within
from seatrial.harden.trainee import Trainee
from seatrial.records.batch import Batch
from seatrial.records.random import Random
from seatrial.records.threat import Ball

Loss = Callable[[Any], Any]
"""From logits to one number per batch: a sum over its cases."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a recipe changes once its training has collapsed, on top of its own settings."""

    stride: float = 1.0
    """Length of a step, in those of the recipe."""
    steps: int = 0
    """Further steps of the attack."""
    random: bool = False
    """Whether attacks begin at random points where the recipe does not."""
    rate: float = 1.0
    """Learning rate, in those of the schedule."""

    def stronger(self) -> Answer:
        """Return the answer to one more collapse: shorter steps, one more of them, a random start."""
        return Answer(self.stride * 0.6, self.steps + 1, random=True, rate=self.rate * 0.7)

    def slower(self) -> Answer:
        """Return the answer to a loss that is not finite, and to robust overfitting: half the rate."""
        return Answer(self.stride, self.steps, self.random, self.rate * 0.5)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


@dataclass
class Lesson:
    """A batch, and how things stand in the run."""

    trainee: Trainee
    part: Batch[Any]
    rows: npt.NDArray[np.intp]
    """Positions of the cases in what is learned from."""
    size: int
    """Cases that are learned from, in all."""
    whole: Ball
    """The rules, at their full radius."""
    seed: bytes
    epoch: int
    step: int
    """Updates that were made before."""
    progress: float
    """Share of the run that is over."""
    answer: Answer
    carried: dict[str, Any]
    """Tensors that a recipe keeps between visits; they are part of every checkpoint.

    One with a place for each case that is learned from is the same for all ranks: what this visit puts there for its
    cases is told to the others after it."""
    share: float = 1.0
    """Of the cases of this update, those that this rank meets."""

    @property
    def course(self) -> Course:
        """The settings of the loop."""
        return self.trainee.course

    @property
    def inputs(self) -> Any:
        """The untouched inputs, `(n, ...)`."""
        return self.part.inputs

    @property
    def labels(self) -> Any:
        """Their classes `(n,)`."""
        return self.part.labels

    @property
    def random(self) -> Random:
        """The streams of these cases; purposes should say the epoch."""
        return Random(self.seed, self.part.ids)

    def space(self, ball: Ball | None = None) -> Space:
        """Return where points may go now: the radius grows on the way.

        Args:
            ball: Other rules than the threat's.
        """
        return Space(within(ball or self.whole, self.course.reach_at(self.progress)), self.inputs)

    def steps(self, count: int) -> int:
        """Return how many steps an attack of so many has now."""
        return self.course.steps_at(self.progress, count) + self.answer.steps

    def start(self, space: Space, *, random: bool = True, turn: int = 0) -> Any:
        """Return where an attack begins: a random point, or the inputs themselves.

        Args:
            space: Where points may go.
            random: What the recipe wants; a collapse may have answered for it.
            turn: Tells several starts in one visit apart.
        """
        if not (random or self.answer.random):
            return self.inputs
        return space.start(self.random, f"noise/{self.epoch}/{turn}")

    def climb(self, space: Space, points: Any, steps: int, stride: float, *, loss: Loss | None = None) -> Any:
        """Return points of higher loss inside, by gradients at the inputs alone.

        Args:
            space: Where points may go.
            points: Where they begin.
            steps: Gradient steps, as many as said: see `steps`.
            stride: Length of a step in radii, before any answer to a collapse.
            loss: What is climbed; the cross-entropy by default.
        """
        if self.progress < self.course.plain:
            return self.inputs
        climbed = loss or self.crossed
        with self.trainee.asked():
            for _ in range(steps):
                inputs = points.detach().requires_grad_()
                value = climbed(self.trainee.logits(inputs))
                (slope,) = torch.autograd.grad(value, inputs)
                points = space.uphill(inputs.detach(), slope, stride * self.answer.stride)
        return points.detach()

    def slope(self, points: Any) -> Any:
        """Return the gradient of the cross-entropy at some points, in evaluation mode."""
        inputs = points.detach().requires_grad_()
        with self.trainee.asked():
            (slope,) = torch.autograd.grad(self.crossed(self.trainee.logits(inputs)), inputs)
        return slope

    def losses(self, points: Any) -> Any:
        """Return the cross-entropy of each case at some points `(n,)`, in evaluation mode."""
        self.trainee.module.eval()
        with torch.no_grad(), self.trainee.passes():
            return functional.cross_entropy(self.trainee.logits(points), self.labels, reduction="none")

    def crossed(self, logits: Any) -> Any:
        """Return the cross-entropy, summed over the cases."""
        return functional.cross_entropy(logits, self.labels, reduction="sum")

    def learn(self, loss: Callable[[], Any]) -> float:
        """Update the weights once; return the loss over the cases of all ranks.

        Args:
            loss: Computes the mean over the batch anew, from `trainee.logits`.
        """
        rate = self.course.rate_at(self.progress) * self.answer.rate
        found = self.trainee.update(loss, rate=rate, share=self.share)
        self.trainee.average(self.progress)
        return found

    def learn_on(self, points: Any) -> float:
        """Update the weights once on the cross-entropy at some points."""
        smoothing = self.course.smoothing

        def loss() -> Any:
            return functional.cross_entropy(self.trainee.logits(points), self.labels, label_smoothing=smoothing)

        return self.learn(loss)

    def learn_at(self, points: Any) -> tuple[float, Any]:
        """Update the weights once on the cross-entropy at some points, as `learn_on` does.

        Return the loss, and its slope at the points, which comes out of the same pass: None if the loss is not finite.
        """
        met = points.detach().requires_grad_()
        return self.learn_on(met), met.grad
