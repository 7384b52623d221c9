import numpy as np
import pytest

from seatrial.errors import TrialError
from seatrial.oracles.in_time import CARD, InTime
from seatrial.records.batch import NO, UNKNOWN, YES, Answers, Attempts, Batch, Texts

IDS = tuple(bytes([at]) * 32 for at in range(4))


def judged(tried, seconds, *, labels=None, errors=("",) * 4, refused=(False,) * 4):
    answers = Answers(
        tried=(tried,),
        seconds=(np.array(seconds),),
        errors=(errors,),
        refused=(np.array(refused),),
    )
    return InTime(seconds=0.5).judge(Batch(IDS, np.zeros(4), labels), Attempts(), answers)


def test_right_and_in_time() -> None:
    scores = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    verdicts = judged(scores, [0.1, 0.6, 0.5, 0.1], labels=np.array([0, 0, 0, 0]))
    assert verdicts.held.ravel().tolist() == [YES, NO, NO, UNKNOWN]
    assert np.allclose(verdicts.score, [0.8, -0.2, 0.0, 0.8])


def test_a_late_tie_is_late() -> None:
    verdicts = judged(np.ones((4, 2)), [9.0] * 4, labels=np.zeros(4, dtype=int))
    assert verdicts.held.ravel().tolist() == [NO] * 4


def test_without_labels_any_answer_in_time_will_do_but_no_error_refusal_or_nan_time() -> None:
    verdicts = judged(
        Texts(("a", "b", "c", "")),
        [0.1, 0.1, np.nan, 0.0],
        errors=("", "", "", "ConnectionError: gone"),
        refused=(False, True, False, False),
    )
    assert verdicts.held.ravel().tolist() == [YES, NO, NO, NO]
    assert np.isnan(verdicts.score[3])


def test_no_clock_no_verdict() -> None:
    with pytest.raises(TrialError, match="timed"):
        InTime().judge(Batch(IDS, np.zeros(4)), Attempts(), Answers(tried=(np.zeros(4),)))
    with pytest.raises(TrialError, match="timed"):
        InTime().judge(Batch(IDS, np.zeros(4)), Attempts(), Answers())


def test_the_card_says_that_it_rests_on_a_clock() -> None:
    assert CARD.measured
