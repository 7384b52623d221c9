"""All rows of a call that stand for a case get the answer of the case."""

import numpy as np
import pytest

from seatrial.errors import TrialError
from seatrial.oracles.one_answer import OneAnswer
from seatrial.records.batch import NO, UNKNOWN, YES, Answers, Attempts, Batch, Oddities, Texts

CALL = np.zeros((3, 2))
CLEAN = np.array([[2.0, 1.0]])


def judged(answer, *, clean=CLEAN, call=CALL, error="", refused=False, **settings):
    answers = Answers(clean=clean, tried=(Oddities((answer,)),), errors=((error,),), refused=(np.array([refused]),))
    verdicts = OneAnswer(**settings).judge(Batch((bytes(32),), call[:1]), Attempts(Oddities((call,))), answers)
    return int(verdicts.held[0, 0]), float(verdicts.score[0])


def test_every_row_must_name_the_class_and_the_smallest_margin_is_the_score() -> None:
    assert judged(np.array([[2.0, 1], [3, 1], [1.5, 1]])) == (YES, 0.5)
    assert judged(np.array([[2.0, 1], [3, 1], [1, 1.5]])) == (NO, -0.5)
    assert judged(np.array([[2.0, 1], [3, 1], [1, 1]]))[0] == UNKNOWN
    assert judged(np.array([[2.0, 1], [3, np.nan], [1, 2]]))[0] == NO


def test_rows_beyond_the_first_may_be_anything() -> None:
    crowd = np.array([[2.0, 1], [0, 9], [np.nan, 0]])
    assert judged(crowd, first=1) == (YES, 1.0)
    assert judged(crowd, first=2)[0] == NO
    assert judged(crowd, first=9)[0] == NO


@pytest.mark.parametrize(
    "answer", [None, np.zeros((2, 2)), np.zeros((3, 3)), np.zeros(3), np.array([["a", "b"]] * 3), {"a": 1}]
)
def test_another_form_is_not_held(answer) -> None:
    assert judged(answer)[0] == NO


def test_a_call_that_raised_is_not_held_and_a_refused_one_is() -> None:
    assert judged(None, error="ValueError: two rows are alike")[0] == NO
    assert judged(None, refused=True)[0] == YES


def test_labels_numbers_and_texts_must_be_equal() -> None:
    assert judged(np.array([4, 4, 4]), clean=np.array([4]))[0] == YES
    assert judged(np.array([4, 5, 4]), clean=np.array([4]))[0] == NO
    assert judged(np.array([0.5, 0.5, 0.5]), clean=np.array([0.5]))[0] == YES
    assert judged(np.array([0.5, 0.51, 0.5]), clean=np.array([0.5]))[0] == NO
    assert judged(np.array([0.5, 0.51, 0.5]), clean=np.array([0.5]), drift=0.05)[0] == YES
    assert judged(np.array([0.5, np.nan, 0.5]), clean=np.array([0.5]))[0] == UNKNOWN
    assert judged(("a", "a", "a"), clean=Texts(("a",)), call=Texts(("x", "x", "x")))[0] == YES
    assert judged(("a", "b", "a"), clean=Texts(("a",)), call=Texts(("x", "x", "x")))[0] == NO
    assert judged(("a", "a"), clean=Texts(("a",)), call=Texts(("x", "x", "x")))[0] == NO


def test_scores_may_not_drift_further_than_is_allowed() -> None:
    near = np.array([[2.0, 1], [2.1, 1], [2, 0.9]])
    assert judged(near, drift=0.06)[0] == YES
    assert judged(near, drift=0.04)[0] == NO
    assert judged(near)[0] == YES


def test_a_case_without_a_class_of_its_own_is_unknown() -> None:
    assert judged(np.array([[2.0, 1]] * 3), clean=np.array([[1.0, 1.0]]))[0] == UNKNOWN


def test_it_needs_calls_and_clean_answers() -> None:
    batch = Batch((bytes(32),), CALL[:1])
    for attempts, answers in (
        (Attempts(CALL[:1]), Answers(clean=CLEAN, tried=(Oddities((CLEAN,)),))),
        (Attempts(Oddities((CALL,))), Answers(tried=(Oddities((CLEAN,)),))),
        (Attempts(Oddities((CALL,))), Answers(clean=CLEAN, tried=(CLEAN,))),
    ):
        with pytest.raises(TrialError, match="one call per case"):
            OneAnswer().judge(batch, attempts, answers)
