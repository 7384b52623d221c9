import numpy as np
import pytest

from seatrial.adversaries.corruption.scale import mirrored, ranged, side, strength, unit
from seatrial.errors import TrialError
from seatrial.records.threat import Corruption

SMALL, LARGE = (1.0, 2.0, 3.0, 4.0, 5.0), (16.0, 17.0, 18.0, 19.0, 20.0)


def test_the_published_tables_are_met_and_joined():
    assert [strength(SMALL, LARGE, at, 32) for at in range(1, 6)] == list(SMALL)
    assert [strength(SMALL, LARGE, at, 224) for at in range(1, 6)] == list(LARGE)
    assert strength(SMALL, LARGE, 1, 28) == 1
    assert strength(SMALL, LARGE, 1, 500) == 16
    assert strength(SMALL, LARGE, 1, 85) == pytest.approx(4, rel=0.01)  # the geometric middle of 32 and 224


@pytest.mark.parametrize("severity", [0, 6, -1])
def test_other_severities_are_refused(severity):
    with pytest.raises(TrialError, match="1, 2, 3, 4 or 5"):
        strength(SMALL, LARGE, severity, 32)


def test_shares_of_a_range_and_back():
    x = np.array([[-3.0, -1.0, 0.0, 1.0, 5.0]], dtype=np.float32)
    wide = Corruption(1, -1, 3)
    assert unit(x, wide).tolist() == [[0, 0, 0.25, 0.5, 1]]
    assert ranged(unit(x, wide), x, wide).tolist() == [[-1, -1, 0, 1, 3]]
    assert ranged(np.array([2.0, -1.0]), x, Corruption(1)).tolist() == [1, 0]
    odd = Corruption(1, 0.1, 0.7)
    assert ranged(np.ones(1), x, odd)[0] <= 0.7
    assert ranged(np.ones(1), x, odd).dtype == np.float32


@pytest.mark.parametrize("step", range(-9, 10))
@pytest.mark.parametrize("axis", [-1, -2])
def test_a_mirror_does_not_repeat_the_border(step, axis):
    x = np.arange(12.0).reshape(1, 3, 4)
    wide = np.pad(x, [(0, 0), (9, 9), (9, 9)], mode="reflect")
    at = [9, 9]
    at[axis] += step
    assert (mirrored(x, axis, step) == wide[:, at[0] : at[0] + 3, at[1] : at[1] + 4]).all()
    assert mirrored(np.ones((1, 1, 1)), axis, step).tolist() == [[[1]]]


def test_sides():
    assert side(np.zeros((2, 3, 7, 5))) == 5
    assert side(np.zeros((2, 9))) == 0
