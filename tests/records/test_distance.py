import numpy as np
import pytest

from seatrial.errors import InputError
from seatrial.records.distance import curve, distances

BEFORE = np.zeros((2, 1, 2, 2), dtype=np.float32)
AFTER = np.array([[[[3.0, 0.0], [0.0, -4.0]]], [[[0.0, 0.0], [0.0, 0.0]]]], dtype=np.float32)


@pytest.mark.parametrize(("norm", "size"), [("linf", 4), ("l2", 5), ("l1", 7), ("l0", 2)])
def test_the_size_of_a_change(norm, size):
    assert distances(norm, BEFORE, AFTER).tolist() == [size, 0]
    assert distances(norm, BEFORE, AFTER).dtype == np.float64


def test_no_cases_and_no_numbers():
    assert distances("l2", BEFORE[:0], AFTER[:0]).shape == (0,)
    assert distances("linf", np.zeros((3, 0)), np.zeros((3, 0))).tolist() == [0, 0, 0]


def test_what_is_no_norm_or_no_pair_is_said():
    with pytest.raises(InputError, match="no norm 'l3'"):
        distances("l3", BEFORE, AFTER)
    with pytest.raises(InputError, match="have shape"):
        distances("l2", BEFORE, AFTER[:1])


def test_the_whole_curve_of_one_run():
    distance, broken = np.array([0.0, 0.1, 0.25, np.nan]), np.array([True, True, True, False])
    assert curve(distance, broken, (0, 0.05, 0.1, 0.2, 0.25, 9)) == (0.75, 0.75, 0.5, 0.5, 0.25, 0.25)


def test_a_curve_falls_with_the_radius():
    rng = np.random.default_rng(0)
    shares = curve(rng.random(50), rng.random(50) < 0.8, np.linspace(0, 1, 20))
    assert list(shares) == sorted(shares, reverse=True)


def test_a_curve_of_nothing_and_of_what_is_no_number_is_refused():
    with pytest.raises(InputError, match="one of each per case"):
        curve(np.zeros(0), np.zeros(0, bool), (0.1,))
    with pytest.raises(InputError, match="not a number"):
        curve(np.array([np.nan]), np.array([True]), (0.1,))
