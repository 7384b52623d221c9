import numpy as np
import pytest
from scipy.ndimage import map_coordinates
from tests.adversaries.corruption.weather import images

from seatrial.adversaries.corruption.sampled import sampled


@pytest.mark.parametrize(("repeats", "mode"), [(True, "reflect"), (False, "mirror")])
@pytest.mark.parametrize("size", [(7, 5), (1, 4), (2, 2)])
def test_it_is_what_scipy_looks_up(repeats, mode, size):
    x = images(2, 3, *size)
    places = np.random.default_rng(3).uniform(-20, 25, (2, 2, *size))
    made = sampled(x, places[0].copy(), places[1].copy(), repeats=repeats)
    for case in range(2):
        for plane in range(3):
            expected = map_coordinates(x[case, plane], places[:, case], order=1, mode=mode)
            assert np.allclose(made[case, plane], expected, atol=1e-12)


def test_far_away_is_somewhere():
    far = np.full((1, 3, 3), 1e30)
    assert 0 <= sampled(images(1, 1, 3, 3), far, -far, repeats=True).min() <= 1
