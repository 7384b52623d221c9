import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from tests.adversaries.corruption.weather import images

from seatrial.adversaries.corruption.smooth import along, banded, smoothed


@pytest.mark.parametrize("border", ["nearest", "reflect", "mirror"])
@pytest.mark.parametrize(("deviation", "cut"), [(0.4, 4.0), (1.5, 4.0), (6.4, 3.0), (170.8, 3.0)])
def test_it_is_the_gaussian_filter_of_scipy(border, deviation, cut):
    x = images(2, 3, 20, 33)
    expected = gaussian_filter(x, (0, 0, deviation, deviation), mode=border, truncate=cut)
    assert np.allclose(smoothed(x, deviation, border=border, cut=cut), expected, atol=1e-12)


def test_a_bell_narrower_than_a_pixel_changes_nothing():
    x = images(1, 1, 4, 4)
    assert smoothed(x, 0.05) is x
    assert smoothed(x, 0.0) is x


def test_what_comes_out_does_not_depend_on_how_many_there_are():
    x = images(33, 3, 32, 32, dtype=np.float32)
    assert smoothed(x, 1.0)[:1].tobytes() == smoothed(x[:1], 1.0).tobytes()


def test_rows_and_columns():
    x = images(1, 1, 2, 3)
    down, across = np.array([[1.0, 1.0]]), np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 2.0]])
    assert np.allclose(along(x, down, across)[0, 0], [[x[0, 0, :, 0].sum(), 2 * x[0, 0, :, 2].sum()]])
    assert banded(3, np.array([1.0, 2.0, 4.0]), "nearest").tolist() == [[3, 4, 0], [1, 2, 4], [0, 1, 6]]
