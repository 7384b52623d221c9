import numpy as np

from seatrial.diagnoses.sign import share, sign


def test_a_figure_at_the_limit_is_no_sign_and_one_above_it_is() -> None:
    assert not sign("a", 0.1, 0.1, 4, "x").found
    assert sign("a", 0.1001, 0.1, 4, "{share} of them").said == "10 % of them"
    assert sign("a", 0.1001, 0.1, 4, "x").found


def test_no_cases_and_no_numbers_are_no_sign() -> None:
    assert not sign("a", 0.9, 0.1, 0, "x").found
    assert sign("a", float("nan"), 0.1, 4, "x").figure == 0.0
    assert share(np.zeros(0, dtype=bool)) == 0.0
