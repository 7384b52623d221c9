"""Confidence under attack is measured on the first answer that an attack turned wrong."""

import numpy as np
import pytest
import torch

from seatrial.harden.given import Given
from seatrial.records.batch import Array, Batch
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget


class Itself(torch.nn.Module):
    """Answers with its inputs as logits."""

    def forward(self, inputs):
        return inputs * 1.0


def given(gives="logits"):
    target = TorchTarget(Itself(), Face(Array, gives, (2,), -9.0, 9.0, 2))
    inputs = np.array([[2.0, 0.0], [0.0, 2.0], [1.0, 0.0]], dtype=np.float32)
    return Given(target, Batch((b"a", b"b", b"c"), torch.from_numpy(inputs), np.array([0, 1, 0])))


def rows(*pairs):
    return torch.tensor(pairs, dtype=torch.float32)


def test_the_first_wrong_answer_counts_or_else_the_last_right_one() -> None:
    one = given()
    assert one.right.tolist() == [True, True, True]
    assert one.stands(rows((0.0, 3.0), (0.0, 1.0), (0.9, 0.0))).tolist() == [False, True, True]
    assert one.stands(rows((9.0, 0.0), (0.0, 0.5), (0.0, 0.1))).tolist() == [True, True, False]
    sure = one.sure()
    assert (sure["clean"].accuracy, sure["attacked"].accuracy) == (1.0, pytest.approx(1 / 3))
    worst = torch.softmax(rows((0.0, 3.0), (0.0, 0.5), (0.0, 0.1)).double(), 1).numpy()
    assert sure["attacked"].nll == pytest.approx(float(-np.log(worst[[0, 1, 2], [0, 1, 0]]).mean()))
    assert one.right.tolist() == [True, True, True]


def test_an_answer_that_is_no_number_is_wrong_and_leaves_its_part_out() -> None:
    one = given()
    assert one.stands(rows((float("nan"), 0.0), (0.0, 1.0), (1.0, 0.0))).tolist() == [False, True, True]
    assert one.sure().keys() == {"clean"}


def test_equal_scores_are_no_answer() -> None:
    assert given().stands(rows((1.0, 1.0), (0.0, 1.0), (1.0, 0.0))).tolist() == [False, True, True]
