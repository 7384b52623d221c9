import numpy as np
import pytest

from seatrial.diagnoses.steps import black_box, imbalanced, late_breaks, more_room, one_step, transfer, unbounded

CLEAN = np.ones(10)


def low(count, best=-1.0, rest=0.5):
    return np.where(np.arange(10) < count, best, rest)


@pytest.mark.parametrize("asked", [one_step, black_box, transfer])
def test_what_goes_clearly_further_than_it_should_is_a_sign(asked) -> None:
    assert asked(CLEAN, low(10), np.full(10, 0.5)).found
    assert not asked(CLEAN, np.full(10, 0.5), low(10)).found
    assert not asked(CLEAN, np.full(10, 0.49), np.full(10, 0.5)).found
    assert not asked(CLEAN, low(2), np.full(10, 0.5)).found


def test_standing_where_everything_is_allowed_is_a_sign_and_a_tie_is_standing() -> None:
    assert not unbounded(np.full(10, -1.0)).found
    assert unbounded(low(5)).found
    assert unbounded(np.zeros(4)).figure == 1.0
    assert unbounded(np.full(4, np.nan)).figure == 1.0


def test_twice_the_room_must_bring_something() -> None:
    assert not more_room(CLEAN, np.full(10, 0.5), np.zeros(10)).found
    assert more_room(CLEAN, np.full(10, 0.5), np.full(10, 0.5)).found


def test_one_class_owns_the_gradient_if_others_are_easier_to_reach() -> None:
    free = np.full(10, 0.5)
    assert imbalanced(low(3), free).found
    assert not imbalanced(low(2), free).found
    assert not imbalanced(low(10), low(10)).found


def test_late_breaks_count_from_three_on() -> None:
    met = np.arange(16) < 10
    assert late_breaks(np.arange(16) < 3, met).found
    assert not late_breaks(np.arange(16) < 2, met).found
    assert late_breaks(np.zeros(0), np.zeros(0)).cases == 0
