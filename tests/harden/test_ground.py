"""What does not fit is refused before anything is trained, all at once, with what to do."""

import numpy as np
import pytest
import torch
from tests.harden.small import BALL, FACE, drawn, fragile, target, two_features

from seatrial.cases.listed import listed
from seatrial.errors import HardenError
from seatrial.harden.course import Course
from seatrial.harden.ground import ground
from seatrial.records.batch import Array
from seatrial.records.threat import Ball, Knowledge
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget


def refused(match: str, module=None, *, cases=None, threat=BALL, face=FACE, **course) -> HardenError:
    with pytest.raises(HardenError, match=match) as raised:
        ground(
            target(module or fragile(), face),
            two_features() if cases is None else cases,
            threat,
            Course(**course),
        )
    return raised.value


class Detached(torch.nn.Linear):
    def forward(self, x):
        return super().forward(x).detach()


class Rounded(torch.nn.Linear):
    def forward(self, x):
        return super().forward(x.detach().round())


def test_what_fits_is_split_and_moved() -> None:
    base = ground(target(fragile()), two_features(), BALL, Course())
    assert len(base.used) + len(base.kept) == 400
    assert not set(base.used.ids) & set(base.kept.ids)
    assert isinstance(base.used.inputs, torch.Tensor)
    assert base.course.batch == 32


@pytest.mark.parametrize(
    ("threat", "said"),
    [
        (Knowledge(), "answers a ball"),
        (Ball("l0", 1.0), "norm linf, l2, l1"),
        (Ball("linf", 1.5, 0, 1), "outside the input range"),
        (Ball("linf", 0.0, 0, 1), "outside the input range"),
        (Ball("linf", float("nan"), 0, 1), "outside the input range"),
        (Ball("l2", 1.5, 0, 1), "outside the input range"),
    ],
)
def test_a_threat_that_cannot_be_trained_against(threat, said) -> None:
    refused(said, threat=threat)


def test_frozen_parameters_stay_frozen_and_a_model_of_nothing_else_is_refused() -> None:
    module = drawn()
    for one in module.parameters():
        one.requires_grad_(False)
    refused("every parameter is frozen", module)
    module[-1].weight.requires_grad_(True)
    base = ground(target(module), two_features(), BALL, Course())
    assert [one.requires_grad for one in base.module.parameters()] == [False, False, True, False]


def test_a_model_without_parameters_or_of_another_kind() -> None:
    refused("no parameters", torch.nn.Identity())
    with pytest.raises(HardenError, match="cannot be trained"):
        ground(object_with_face(), two_features(), BALL, Course())


def object_with_face():
    class Plain:
        face = FACE

    return Plain()


def test_a_model_without_gradients() -> None:
    refused("has no gradient", Detached(2, 2))
    refused("no gradient at the inputs", Rounded(2, 2))


def test_batch_normalisation_needs_more_than_one() -> None:
    refused("normalises over the batch", drawn(norm=True), batch=1)


def test_fewer_cases_than_a_batch_or_than_are_needed_for_choosing() -> None:
    refused("fewer than a batch of 32", cases=two_features(30))
    refused("kept for choosing", cases=two_features(200), validation=0.01, batch=8)
    refused("no training cases", cases=listed(np.zeros((0, 2), dtype=np.float32), np.zeros(0, dtype=np.int64)))


def test_a_class_that_is_missing_is_named() -> None:
    three = Face(takes=Array, gives="logits", shape=(2,), low=0.0, high=1.0, classes=3)
    refused("no training case of class 2", torch.nn.Linear(2, 3), face=three)
    batch = two_features(400).take(0, 400)
    labels = np.zeros(400, dtype=np.int64)
    labels[0] = 1
    refused("class 1", cases=listed(batch.inputs, labels))


def test_cases_without_labels_or_with_others_than_classes() -> None:
    batch = two_features(400).take(0, 400)
    refused("no labels", cases=listed(batch.inputs))
    refused("one class per case", cases=listed(batch.inputs, batch.labels.astype(np.float32)))


def test_what_gives_no_scores_per_class() -> None:
    value = Face(takes=Array, gives="value", shape=(2,), low=0.0, high=1.0)
    with pytest.raises(HardenError, match="one column per class"):
        ground(TorchTarget(torch.nn.Linear(2, 1), value), two_features(), BALL, Course())


def test_all_that_is_wrong_is_told_at_once() -> None:
    said = str(refused("answers a ball", Detached(2, 2).requires_grad_(False), threat=Knowledge()))
    assert "frozen" in said
