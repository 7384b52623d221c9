import numpy as np
import pytest

from seatrial.errors import CasesError, TrialError
from seatrial.oracles.same_answer import SameAnswer
from seatrial.oracles.same_label import SameLabel
from seatrial.oracles.within import Within
from seatrial.records.batch import NO, UNKNOWN, YES, Answers, Attempts, Batch
from seatrial.records.head import Head

DECLARED = Head("value", tolerance=0.5)


def judge(said, labels, *, oracle=None, head=DECLARED, clean=None):
    labels = None if labels is None else np.asarray(labels)
    batch = Batch(tuple(bytes([at]) * 32 for at in range(len(said))), None, labels)
    return (oracle or Within()).judge(batch, Attempts(), Answers(clean=clean, tried=(np.asarray(said),), head=head))


def test_a_number_is_held_up_to_its_tolerance_and_broken_beyond_it():
    made = judge([1.5, 1.5000001, 0.5, np.nan, np.inf], [1.0] * 5)
    assert made.held[:, 0].tolist() == [YES, NO, YES, UNKNOWN, NO]
    assert made.score[0] == 0.0
    assert made.score[1] == pytest.approx(-1e-7, rel=1e-3)


def test_of_several_numbers_each_must_be_near():
    made = judge([[1.0, 2.0], [1.0, 2.6]], [[1.2, 2.0], [1.0, 2.0]])
    assert made.held[:, 0].tolist() == [YES, NO]
    assert made.score[0] == pytest.approx(0.3)


def test_same_label_and_same_answer_know_numbers_too():
    assert judge([1.4, 1.6], [1.0, 1.0], oracle=SameLabel()).held[:, 0].tolist() == [YES, NO]
    far = judge([1.4, 1.6], None, oracle=SameAnswer(), clean=np.array([1.0, 1.0]))
    assert far.held[:, 0].tolist() == [YES, NO]


def test_its_own_tolerance_is_for_targets_that_declare_none():
    made = judge([1.4, 1.6], [1.0, 1.0], oracle=Within(tolerance=0.5), head=Head("value"))
    assert made.held[:, 0].tolist() == [YES, NO]
    with pytest.raises(TrialError, match="say it once"):
        judge([1.4], [1.0], oracle=Within(tolerance=0.25))
    with pytest.raises(TrialError, match="none is declared"):
        judge([1.4], [1.0], head=Head("value"))


def test_what_it_cannot_judge_is_said():
    with pytest.raises(TrialError, match="use same_label"):
        judge([[1.0, 0.0]], [0], head=Head("logits"))
    with pytest.raises(CasesError, match="true values"):
        judge([1.0], None)
    with pytest.raises(TrialError, match="true values of shape"):
        judge([1.0, 2.0], [[1.0, 2.0]])
