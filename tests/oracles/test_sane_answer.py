import numpy as np
import pytest

from seatrial.errors import TrialError
from seatrial.oracles.sane_answer import SaneAnswer
from seatrial.records.batch import NO, YES, Answers, Attempts, Batch, Oddities, Texts

ROW = np.zeros((1, 3), dtype=np.float32)
CLEAN = np.array([[0.25, 0.75]])


def judged(asked, said, *, clean=CLEAN, error="", refused=False, inputs=ROW, oracle=None):
    answers = Answers(
        clean=clean,
        tried=(Oddities((said,)),),
        errors=((error,),),
        refused=(np.array([refused]),),
    )
    batch = Batch((b"a" * 32,), inputs)
    return int((oracle or SaneAnswer()).judge(batch, Attempts(stimuli=Oddities((asked,))), answers).held[0, 0])


@pytest.mark.parametrize(
    "error", ["ValueError: bad shape", "TypeError: not a number", "RuntimeError: mat1 and mat2", "my.OwnError: odd"]
)
def test_a_clear_error_holds(error) -> None:
    assert judged(ROW, None, error=error) == YES


@pytest.mark.parametrize(
    "error",
    [
        "MemoryError: out of memory",
        "RecursionError: maximum recursion depth exceeded",
        "SystemExit: 1",
        "SystemError: bad call",
        "builtins.MemoryError: x",
        "ValueError: ",
        "ValueError",
    ],
)
def test_a_crash_or_a_silent_error_does_not(error) -> None:
    assert judged(ROW, None, error=error) == NO


def test_settings_may_name_more_crashes() -> None:
    assert judged(ROW, None, error="KeyError: 'x'") == YES
    assert judged(ROW, None, error="KeyError: 'x'", oracle=SaneAnswer(crashes=("KeyError",))) == NO


@pytest.mark.parametrize(
    ("said", "held"),
    [
        (np.array([[0.1, 0.9]]), YES),
        (np.array([[0.1, 0.9]], dtype=np.float32), YES),
        (np.array([[np.nan, 0.9]]), NO),
        (np.array([[np.inf, 0.9]]), NO),
        (np.array([[0, 1]]), NO),
        (np.array([0.1, 0.9]), NO),
        (np.array([[0.1, 0.9], [0.1, 0.9]]), NO),
        (np.array([[0.1, 0.9, 0.0]]), NO),
        (np.zeros((0, 2)), NO),
        (np.array([["0.1", "0.9"]]), NO),
        (np.array([[0.1, None]], dtype=object), NO),
        (None, NO),
        (Texts(("fine",)), NO),
    ],
)
def test_an_answer_holds_if_it_is_of_the_kind_of_the_clean_one(said, held) -> None:
    assert judged(ROW, said) == held


def test_an_empty_batch_wants_no_row() -> None:
    assert judged(ROW[:0], np.zeros((0, 2))) == YES
    assert judged(ROW[:0], np.zeros((1, 2))) == NO


def test_another_number_of_axes_leaves_the_rows_open() -> None:
    for said in (np.zeros((1, 2)), np.zeros((3, 2)), np.zeros(2)):
        assert judged(ROW[0], said) == YES
    assert judged(ROW[0], np.zeros(3)) == NO


def test_labels_stay_whole_numbers() -> None:
    assert judged(ROW, np.array([1]), clean=np.array([0])) == YES
    assert judged(ROW, np.array([1.0]), clean=np.array([0])) == NO
    assert judged(ROW, np.array([-1]), clean=np.array([0])) == YES


def test_text_answers_stay_texts() -> None:
    asked, inputs = Texts(("x",)), Texts(("a",))
    assert judged(asked, Texts(("y",)), clean=Texts(("b",)), inputs=inputs) == YES
    assert judged(asked, (None,), clean=Texts(("b",)), inputs=inputs) == NO
    assert judged(asked, ("y", "z"), clean=Texts(("b",)), inputs=inputs) == NO
    assert judged(asked, np.zeros((1, 2)), clean=Texts(("b",)), inputs=inputs) == NO


def test_a_guard_that_refuses_holds() -> None:
    assert judged(ROW, None, refused=True) == YES


def test_without_clean_answers_or_oddities_there_is_no_verdict() -> None:
    with pytest.raises(TrialError, match="untouched"):
        judged(ROW, None, clean=None)
    with pytest.raises(TrialError, match="Oddities"):
        SaneAnswer().judge(Batch((b"a" * 32,), ROW), Attempts(stimuli=ROW), Answers(clean=CLEAN, tried=(CLEAN,)))
