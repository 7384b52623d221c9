import numpy as np
import pytest
from scipy.ndimage import zoom
from tests.adversaries.corruption.weather import images

from seatrial.adversaries.corruption.zoomed import zoomed


def slow(image, factor):
    """Return the middle of one image `(channels, height, width)` enlarged by scipy, and trimmed."""
    kept = [int(np.ceil(side / factor)) for side in image.shape[1:]]
    first = [(side - part) // 2 for side, part in zip(image.shape[1:], kept, strict=True)]
    middle = image[:, first[0] : first[0] + kept[0], first[1] : first[1] + kept[1]]
    grown = zoom(middle, (1, factor, factor), order=1)
    cut = [(part - side) // 2 for part, side in zip(grown.shape[1:], image.shape[1:], strict=True)]
    return grown[:, cut[0] : cut[0] + image.shape[1], cut[1] : cut[1] + image.shape[2]]


@pytest.mark.parametrize("factor", [1, 1.01, 1.06, 1.25, 1.75, 2.25, 3, 4.5])
@pytest.mark.parametrize("size", [(32, 32), (31, 40), (224, 224)])
def test_it_is_the_zoom_of_scipy(factor, size):
    x = images(1, 2, *size)
    assert np.allclose(zoomed(x, factor)[0], slow(x[0], factor), atol=1e-9)


def test_a_single_pixel_stays():
    assert zoomed(np.full((1, 1, 1, 1), 0.3), 3.0).tolist() == [[[[0.3]]]]
