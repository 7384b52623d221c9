import numpy as np
import pytest
import torch

from seatrial.adversaries.slopes import each, finite, scaled, signed

HOLED = np.array([[1.0, np.nan, np.inf], [-4.0, 2.0, 0.0]])


def test_what_is_not_finite_is_no_direction():
    assert finite(HOLED).tolist() == [[1, 0, 0], [-4, 2, 0]]


def test_a_gradient_is_divided_by_its_mean_size():
    assert scaled(HOLED) == pytest.approx(np.array([[3, 0, 0], [-2, 1, 0]]))
    assert scaled(np.zeros((1, 3))).tolist() == [[0, 0, 0]]


def test_what_has_no_slope_stays():
    assert signed(np.array([-0.5, 0.0, 7.0])).tolist() == [-1, 0, 1]


@pytest.mark.parametrize("home", [np.asarray, torch.as_tensor])
def test_a_number_per_case_meets_all_of_its_case(home):
    column = home(np.ones((2, 3, 4)))
    assert np.asarray((each(home(np.array([2.0, 5.0])), column) * column).sum(axis=(1, 2))).tolist() == [24, 60]
