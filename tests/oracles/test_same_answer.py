import numpy as np
import pytest

from seatrial import plugins
from seatrial.errors import TrialError
from seatrial.oracles.same_answer import SameAnswer
from seatrial.records.batch import NO, UNKNOWN, YES, Answers, Attempts, Batch, Texts


def judge(clean, *tried, **more):
    batch = Batch(tuple(bytes([at]) * 32 for at in range(len(clean))), None)
    return SameAnswer().judge(batch, Attempts(), Answers(clean=clean, tried=tried, **more))


def test_it_asks_for_clean_answers_and_no_labels():
    assert plugins.find("oracles", "same_answer").clean
    with pytest.raises(TrialError, match="untouched"):
        SameAnswer().judge(Batch((b"0" * 32,), None), Attempts(), Answers(tried=(np.zeros((1, 2)),)))


def test_it_compares_with_the_clean_class_right_or_wrong():
    clean = np.asarray([[2.0, 1.0], [1.0, 2.0], [1.0, 2.0], [1.0, 2.0]])
    made = judge(clean, np.asarray([[9.0, 1.0], [9.0, 1.0], [1.0, 1.0], [np.nan, 1.0]]))
    assert made.held[:, 0].tolist() == [YES, NO, UNKNOWN, UNKNOWN]
    assert made.score[:3].tolist() == [8.0, -8.0, 0.0]


def test_a_clean_answer_that_names_nothing_makes_the_case_unknown():
    clean = np.asarray([[1.0, 1.0], [np.nan, 1.0]])
    made = judge(clean, np.asarray([[9.0, 1.0], [0.0, 9.0]]))
    assert made.held[:, 0].tolist() == [UNKNOWN, UNKNOWN]
    assert np.isnan(made.score).all()


def test_labels_and_texts_are_compared_as_they_are():
    assert judge(np.asarray([3, 1]), np.asarray([3, 2])).held[:, 0].tolist() == [YES, NO]
    assert judge(Texts(("a", "b")), Texts(("a", "c")), Texts(("z", "b"))).held.tolist() == [[YES, NO], [NO, YES]]


def test_a_row_that_raised_is_not_held():
    clean = np.asarray([[2.0, 1.0]] * 2)
    assert judge(clean, clean, errors=(("", "boom"),)).held[:, 0].tolist() == [YES, NO]
