"""A mixture: who is attacked and who is corrupted is drawn per case and visit."""

import numpy as np
import pytest
import torch

from seatrial import plugins
from seatrial.cases.listed import listed
from seatrial.errors import HardenError
from seatrial.harden.ground import ground
from seatrial.harden.lesson import Answer, Lesson
from seatrial.harden.remedy import Means
from seatrial.harden.trainee import Trainee
from seatrial.records.batch import Array
from seatrial.records.threat import Ball
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget

CARD = plugins.find("remedies", "training.mixture")
BALL = Ball("linf", 0.1, 0, 1)


def images(cases: int = 160):
    """Return small images whose brighter half is the class."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 2, cases)
    x = 0.35 + 0.1 * rng.random((cases, 1, 8, 8))
    x[labels == 0, :, :, :4] += 0.3
    x[labels == 1, :, :, 4:] += 0.3
    return listed(x.astype(np.float32), labels)


def target() -> TorchTarget:
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 2))
    return TorchTarget(module, Face(Array, "logits", (1, 8, 8), 0.0, 1.0, 2))


def lesson(epoch: int, rows) -> Lesson:
    recipe = CARD.make(batch=20)
    base = ground(target(), images(), BALL, recipe.course)
    part = base.used.take(rows)
    return Lesson(Trainee(base), part, rows, len(base.used), BALL, bytes(32), epoch, 5, 1.0, Answer(), {})


def test_it_learns_what_survives_and_stands_noise() -> None:
    made = CARD.make(batch=20, epochs=10, rate=0.02, checks=1).apply(target(), images(), BALL, Means(bytes(32)))
    assert made.record["clean"] == 1.0
    assert made.record["robust"] > 0.9
    assert made.record["settings"]["corruptions"] == ["corruption.noise", "corruption.blur", "corruption.brightness"]


def test_a_corruption_stays_in_the_range_and_belongs_to_the_case_and_the_visit() -> None:
    recipe, rows = CARD.make(), np.arange(30)
    whole, part = lesson(0, rows), lesson(0, rows[10:20])
    for name in recipe.corruptions:
        one, few = recipe._corrupted(whole, name, rows), recipe._corrupted(part, name, np.arange(10))
        assert torch.equal(one[10:20], few)
        assert 0 <= float(one.min()) <= float(one.max()) <= 1
        assert not torch.equal(one, whole.inputs)
    assert not torch.equal(
        recipe._corrupted(whole, "corruption.noise", rows), recipe._corrupted(lesson(1, rows), "corruption.noise", rows)
    )


@pytest.mark.parametrize(
    "told", [{"corruptions": ("evasion.pgd",)}, {"corruptions": ()}, {"severity": 6}, {"share": 1.0}]
)
def test_what_is_no_mixture_is_refused(told) -> None:
    with pytest.raises(HardenError):
        CARD.make(**told)
