"""One step a batch: cheap, and answered with more steps once it collapses."""

import numpy as np
import pytest
import torch
from tests.harden.small import BALL, MEANS, fragile, put_into, robust_rate, target, two_features

from seatrial import plugins
from seatrial.harden.ground import ground
from seatrial.harden.lesson import Answer, Lesson
from seatrial.harden.trainee import Trainee

CARD = plugins.find("remedies", "training.onestep")


def test_it_moves_the_model_to_the_feature_that_survives_the_attack() -> None:
    made = CARD.make(epochs=30, rate=0.05, checks=2).apply(target(fragile()), two_features(), BALL, MEANS)
    assert robust_rate(put_into(fragile(), made.weights), two_features()) > 0.85
    assert made.record["settings"]["course"]["epochs"] == 30


class Counted(torch.nn.Module):
    """Counts forward passes."""

    def __init__(self) -> None:
        super().__init__()
        self.inner, self.passes = fragile(), 0

    def forward(self, x):
        self.passes += 1
        return self.inner(x)


def lesson(answer: Answer) -> Lesson:
    recipe = CARD.make(random=False)
    base = ground(target(Counted()), two_features(), BALL, recipe.course)
    rows = np.arange(64)
    part = base.used.take(rows)
    return Lesson(Trainee(base), part, rows, len(base.used), BALL, bytes(32), 1, 5, 1.0, answer, {})


@pytest.mark.parametrize(("answer", "passes"), [(Answer(), 2), (Answer().stronger(), 3)])
def test_a_collapse_is_answered_with_one_more_step(answer, passes) -> None:
    one = lesson(answer)
    before = one.trainee.module.passes
    CARD.make(random=False).visit(one)
    assert one.trainee.module.passes - before == passes
