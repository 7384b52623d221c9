import numpy as np
import pytest
from tests.adversaries.corruption.test_shake import slow
from tests.adversaries.corruption.weather import images

from seatrial.adversaries.corruption.trail import dragged


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [(9, 12), (3, 2), (1, 1)])
def test_every_image_is_dragged_along_its_own_line(size, dtype):
    x = images(4, 2, *size, dtype=dtype)
    angles = np.deg2rad([10.0, -100.0, 45.0, 170.0])
    made = dragged(x, 4, 2.5, angles)
    assert made.dtype == dtype
    for case, angle in enumerate(angles):
        for plane in range(2):
            assert np.allclose(made[case, plane], slow(x[case, plane], 4, 2.5, angle), atol=1e-6)


def test_neighbours_change_nothing():
    x, angles = images(3, 1, 20, 20, dtype=np.float32), np.array([0.3, -1.0, 2.0])
    assert dragged(x, 6, 2.0, angles)[2:].tobytes() == dragged(x[2:], 6, 2.0, angles[2:]).tobytes()
