from collections import namedtuple

import numpy as np
import pytest
import torch

from seatrial.records.batch import Array
from seatrial.targets.outputs import answered, doubled, picked, single
from seatrial.targets.target import Face

Found = namedtuple("Found", "loss logits")  # noqa: PYI024 - what an old library returns
SCORES = np.array([[1.0, 2.0]])


@pytest.mark.parametrize(
    ("given", "output"),
    [
        ({"logits": SCORES, "loss": 0.0}, "logits"),
        ((0.0, SCORES), 1),
        ((0.0, SCORES), "-1"),
        (Found(0.0, SCORES), "logits"),
        ({"heads": [SCORES, 0.0]}, "heads.0"),
        ({"scores": {"low": SCORES}}, lambda given: given["scores"]["low"]),
        (SCORES, ""),
    ],
)
def test_the_declared_part_is_the_answer(given, output):
    assert picked(given, output) is SCORES


def test_an_attribute_is_a_part_too():
    found = type("Output", (), {"logits": SCORES})()
    assert picked(found, "logits") is SCORES


def test_a_part_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(TypeError, match=r"no 'logit': did you mean logits\?"):
        picked({"logits": SCORES, "loss": 0.0}, "logit")
    with pytest.raises(TypeError, match=r"no '2': there are 0, 1"):
        picked((SCORES, SCORES), 2)
    with pytest.raises(TypeError, match="it is ndarray"):
        picked(SCORES, "logits")


def test_one_logit_is_zero_and_itself_and_one_share_is_what_is_left_and_itself():
    assert doubled(np.array([[2.0], [-1.0]]), "logits").tolist() == [[0.0, 2.0], [0.0, -1.0]]
    assert doubled(np.array([0.25, 1.0]), "probabilities").tolist() == [[0.75, 0.25], [0.0, 1.0]]


def test_a_share_beside_one_half_is_never_called_the_other_class():
    half = np.float32(0.5)
    near = np.array([np.nextafter(half, np.float32(0)), half, np.nextafter(half, np.float32(1))], dtype=np.float32)
    one, other = doubled(near, "probabilities").T
    assert (one > other).tolist() == [True, False, False]
    assert (one == other).tolist() == [False, True, False]


def test_only_two_declared_classes_make_one_column_two():
    assert single(Face(Array, "logits", classes=2), (5, 1))
    assert single(Face(Array, "probabilities", classes=2), (5,))
    assert not single(Face(Array, "logits", classes=2), (5, 2))
    assert not single(Face(Array, "logits"), (5, 1))
    assert not single(Face(Array, "logits", classes=2, many=True), (5, 1))
    assert not single(Face(Array, "value"), (5, 1))


def test_lists_become_arrays_and_tensors_stay():
    assert answered([[1.0, 2.0]], "", Face(Array, "logits")).tolist() == [[1.0, 2.0]]
    given = torch.zeros(2, 1)
    assert answered(given, "", Face(Array, "logits", classes=2)).shape == (2, 2)
    assert answered(("yes",), "", Face(tuple, "text")) == ("yes",)
