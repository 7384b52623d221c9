import numpy as np

from seatrial.diagnoses.answers import company, unstable

ONE = np.array([[1.0, 2.0], [3.0, 4.0], [np.nan, 1.0], [np.inf, 0.0]])


def test_equal_answers_are_stable_even_where_they_are_no_numbers() -> None:
    assert not unstable(ONE, ONE.copy()).found
    assert not company(ONE, ONE * (1 + 1e-5)).found


def test_one_case_that_changes_is_enough() -> None:
    other = ONE.copy()
    other[1, 0] += 1e-3
    assert unstable(ONE, other).found
    assert unstable(ONE, other).figure == 0.25
    other[1, 0] += 1.0
    assert company(ONE, other).found
