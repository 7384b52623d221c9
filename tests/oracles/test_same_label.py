import numpy as np
import pytest

from seatrial.errors import CasesError, TrialError
from seatrial.oracles.same_label import SameLabel
from seatrial.records.batch import NO, UNKNOWN, YES, Answers, Attempts, Batch

NAN = np.nan


def judge(*tried, labels=(0, 0, 0, 0), oracle=None, **more):
    batch = Batch(tuple(bytes([at]) * 32 for at in range(len(labels))), None, np.asarray(labels))
    answers = Answers(tried=tuple(np.asarray(one) for one in tried), **more)
    return (oracle or SameLabel()).judge(batch, Attempts(), answers)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_the_true_class_must_be_strictly_above_every_other(dtype):
    scores = np.asarray([[2, 1, 0], [1, 2, 0], [2, 2, 0], [2, NAN, 0]], dtype=dtype)
    made = judge(scores)
    assert made.held[:, 0].tolist() == [YES, NO, UNKNOWN, UNKNOWN]
    assert made.held.dtype == np.int8
    assert made.score[:3].tolist() == [1, -1, 0]
    assert np.isnan(made.score[3])


def test_a_tie_below_the_top_is_a_break_and_a_tie_of_others_too():
    assert judge([[1, 1, 5.0], [0, 5, 5.0], [5, 0, 0.0], [NAN] * 3]).held[:, 0].tolist() == [NO, NO, YES, UNKNOWN]


def test_infinite_scores_are_compared_not_subtracted():
    scores = [[np.inf, 1.0], [np.inf, np.inf], [-np.inf, 0.0], [0.0, -np.inf]]
    assert judge(scores).held[:, 0].tolist() == [YES, UNKNOWN, NO, YES]


def test_nan_in_any_class_is_unknown_even_where_another_is_above():
    assert judge([[0.0, 1.0, NAN]] * 4).held[:, 0].tolist() == [UNKNOWN] * 4


def test_labels_are_compared_and_have_no_score():
    made = judge([0, 1, 2, -1])
    assert made.held[:, 0].tolist() == [YES, NO, NO, NO]
    assert np.isnan(made.score).all()
    assert judge([0.0, 1.0, NAN, 0.0]).held[:, 0].tolist() == [YES, NO, UNKNOWN, YES]


def test_a_row_that_raised_is_not_held_whatever_it_holds():
    good = [[5.0, 0.0]] * 4
    made = judge(good, errors=(("", "ValueError: no", "", ""),))
    assert made.held[:, 0].tolist() == [YES, NO, YES, YES]
    assert np.isnan(made.score[1])
    assert judge([[NAN, NAN]] * 4, errors=(("boom",) * 4,)).held[:, 0].tolist() == [NO] * 4


def test_a_refusal_holds_unless_told_otherwise_and_an_error_never_does():
    bad = [[0.0, 5.0]] * 4
    refused = (np.asarray([True, False, True, False]),)
    errors = (("", "", "boom", ""),)
    assert judge(bad, refused=refused, errors=errors).held[:, 0].tolist() == [YES, NO, NO, NO]
    strict = SameLabel(refusal_holds=False)
    assert judge(bad, refused=refused, oracle=strict).held[:, 0].tolist() == [NO] * 4


def test_draws_are_columns_and_the_score_is_the_worst_of_them():
    made = judge([[5.0, 0.0]] * 4, [[0.0, 1.0]] * 4)
    assert made.held.tolist() == [[YES, NO]] * 4
    assert made.score.tolist() == [-1.0] * 4


def test_answers_of_another_shape_are_refused():
    with pytest.raises(TrialError, match="1 columns"):
        judge([[0.3]] * 4)
    with pytest.raises(TrialError, match="for 4 cases"):
        judge([[0.3, 0.7]] * 3)
    with pytest.raises(TrialError, match="for 4 cases"):
        judge(np.zeros((4, 2, 2)))


def test_labels_out_of_range_or_missing_are_refused():
    with pytest.raises(TrialError, match="classes 0 to 1"):
        judge([[0.3, 0.7]] * 4, labels=(0, 1, 2, 0))
    with pytest.raises(CasesError, match="no labels"):
        SameLabel().judge(Batch((b"0" * 32,), None), Attempts(), Answers(tried=(np.zeros((1, 2)),)))


def test_a_constant_model_is_right_where_it_is_right_and_a_tied_model_never():
    labels = (0, 1, 0, 1)
    assert judge([[5.0, 0.0]] * 4, labels=labels).held[:, 0].tolist() == [YES, NO, YES, NO]
    assert judge([[1.0, 1.0]] * 4, labels=labels).held[:, 0].tolist() == [UNKNOWN] * 4
