"""A child beside its parent: the sign test, against sums that can be done by hand."""

import numpy as np
import pytest

from seatrial.harden.paired import Pairs, pairs


@pytest.mark.parametrize(
    ("lost", "won", "chance"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 2 / 32), (0, 5, 2 / 32), (8, 1, 2 * 10 / 512), (3, 3, 1.0), (6, 2, 2 * 37 / 256)],
)
def test_it_is_the_two_sided_sign_test(lost, won, chance) -> None:
    assert Pairs(lost, won).chance == pytest.approx(chance, abs=1e-15)


def test_only_cases_in_which_they_differ_count() -> None:
    child = np.array([1, 1, 0, 0, 0, 1], dtype=bool)
    parent = np.array([1, 0, 1, 1, 0, 1], dtype=bool)
    assert pairs(child, parent) == Pairs(lost=2, won=1)
    assert pairs(child, parent).to_json() == {"lost": 2, "won": 1, "chance": 1.0}


def test_models_that_were_asked_about_other_cases_are_not_compared() -> None:
    with pytest.raises(ValueError, match="3 cases beside 2"):
        pairs(np.ones(3, dtype=bool), np.ones(2, dtype=bool))
