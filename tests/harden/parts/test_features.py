"""Rows within what their columns can be: whatever is wished, only that is shown."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seatrial.harden.constraints import Constraints
from seatrial.harden.parts.features import Rows

COLUMNS = Constraints(fixed=(0,), ranges={1: (0.2, 0.6)}, grid={2: 1.0, 3: 0.25})


@given(st.lists(st.floats(-3, 3), min_size=10, max_size=10), st.integers(-4, 4), st.integers(-12, 12))
def test_whatever_is_wished_only_what_columns_allow_is_shown(numbers, whole, quarters) -> None:
    x = np.array([numbers[:5]])
    x[0, 2], x[0, 3] = whole, quarters / 4
    wish = np.array([numbers[5:]])
    made = Rows(x, COLUMNS).made(wish)[0]
    assert made[0, 0] == x[0, 0]
    assert min(0.2, x[0, 1]) <= made[0, 1] <= max(0.6, x[0, 1])
    assert made[0, 2] == round(made[0, 2])
    assert made[0, 3] * 4 == round(made[0, 3] * 4)
    assert made[0, 4] == wish[0, 4]
    assert (abs(made - x) <= abs(wish - x) + 1e-3).all()


@given(st.lists(st.floats(-3, 3), min_size=10, max_size=10))
def test_what_is_shown_is_what_estimators_are_shown(numbers) -> None:
    """Both engines know the same columns; this one has a slope."""
    allowed = Constraints((0,), (1,), (2,), {1: (-1.0, 1.0), 3: (0.0, 2.0)}, {4: 0.5})
    x, wish = np.array([numbers[:5]]), np.array([numbers[5:]])
    assert np.allclose(Rows(x, allowed).made(wish)[0], allowed.inside(x, wish), atol=1e-3)


def test_a_step_goes_through_but_no_further_than_it_is_wished() -> None:
    made = Rows(np.zeros((3, 1)), Constraints(grid={0: 0.1})).made(np.array([[0.09], [0.3], [-0.25]]))[0]
    assert np.allclose(made[:, 0], [0.0, 0.3, -0.2])


def test_the_slope_goes_straight_through_steps_and_never_into_fixed_columns() -> None:
    back = Rows(np.zeros((1, 5)), COLUMNS).made(np.full((1, 5), 0.3))[1]
    assert back(np.ones((1, 5))).tolist() == [[0, 1, 1, 1, 1]]


def test_rows_are_made_for_those_that_are_asked() -> None:
    some = Rows(np.arange(6.0).reshape(3, 2), Constraints(fixed=(0,))).at(np.array([2, 0]))
    assert some.made(np.zeros((2, 2)))[0].tolist() == [[4, 0], [0, 0]]
