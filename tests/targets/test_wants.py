import numpy as np
import pytest

from seatrial.errors import TargetError
from seatrial.targets.wants import Asked, Wants, faced, one_hot, seen

CASES = np.zeros((4, 3), dtype=np.float32)
NAMES = np.array([0, 1, 1, 0])
LOGITS = np.array([[2.0, -1.0], [0.5, 0.25], [3.0, 1.0], [0.0, 1.0]])
SHARES = np.array([[0.5, 0.5], [0.25, 0.75], [1.0, 0.0], [0.0, 1.0]])


def face(answers, labels=NAMES, **said):
    return faced(answers, Asked(CASES, np.asarray(labels)), Wants(**said))


@pytest.mark.parametrize(
    ("answers", "labels", "gives"),
    [
        (LOGITS, NAMES, "logits"),
        (SHARES, NAMES, "probabilities"),
        (SHARES[:, :1], NAMES, "probabilities"),
        (LOGITS[:, 0], NAMES, "logits"),
        (NAMES, NAMES, "labels"),
        (LOGITS[:, 0], np.array([0.5, 1.0, 2.0, 0.0]), "value"),
        (LOGITS, np.array([[1, 0], [1, 1], [0, 0], [0, 1]]), "logits"),
        (SHARES, np.array([[1, 0], [1, 1], [0, 0], [0, 1]]), "probabilities"),
        (np.where(LOGITS > 2.5, np.nan, LOGITS), NAMES, "logits"),
        (np.full((4, 2), np.nan), NAMES, "logits"),
    ],
)
def test_what_a_model_gives_is_seen_from_answers_and_labels(answers, labels, gives):
    assert seen(answers, labels, many=labels.ndim == 2) == gives


def test_what_is_said_counts_more_than_what_is_seen():
    assert face(SHARES, gives="logits").gives == "logits"
    assert face(LOGITS, [[1, 0], [1, 1], [0, 0], [0, 1]], many=False).many is False


def test_one_column_is_two_classes_and_many_columns_with_many_labels_are_labels():
    assert face(LOGITS[:, :1]).classes == 2
    assert face(LOGITS[:, 0]).classes == 2
    many = face(LOGITS, [[1, 0], [1, 1], [0, 0], [0, 1]], watched=(1,))
    assert (many.many, many.watched, many.classes) == (True, (1,), 2)


def test_one_hot_labels_are_not_taken_for_many():
    assert one_hot(np.eye(4))
    assert not one_hot(np.array([[1, 1], [0, 1]]))
    assert not one_hot(NAMES)
    assert face(LOGITS, np.eye(2, dtype=int)[NAMES]).many is False


@pytest.mark.parametrize(
    ("answers", "labels", "said", "part"),
    [
        (np.zeros((4, 3, 2, 2)), NAMES, {}, "answers 4 cases with shape (4, 3, 2, 2)"),
        (np.zeros((3, 2)), NAMES, {}, "answers 4 cases with shape (3, 2)"),
        (np.array(["a"] * 4), NAMES, {}, "answers with <U1"),
        (LOGITS[:, 0], NAMES + 0.5, {}, "tolerance: is missing"),
        (LOGITS, NAMES + 0.5, {"tolerance": 1.0}, "y: has shape"),
        (LOGITS, [[1, 0, 1]] * 3 + [[1, 1, 1]], {}, "the model has 2 outputs"),
        (LOGITS, [[1, 0]] * 3 + [[1, 1]], {"watched": (5,)}, "watch: names output 5, and there are 0 to 1"),
        (LOGITS, NAMES, {"gives": "labels"}, "labels have shape (n,)"),
    ],
)
def test_answers_that_fit_nothing_are_refused(answers, labels, said, part):
    with pytest.raises(TargetError) as caught:
        face(answers, labels, **said)
    assert part in str(caught.value)
