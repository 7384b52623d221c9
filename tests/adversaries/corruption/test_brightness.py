import colorsys

import numpy as np
import pytest
from tests.adversaries.corruption.weather import agree, changed, images

from seatrial.adversaries.corruption.brightness import LARGE, SMALL, Brightness


def slow(image, more):
    """Return a colour image with `more` added to the value of each pixel, by the textbook."""
    made = np.zeros_like(image)
    for row in range(image.shape[1]):
        for column in range(image.shape[2]):
            hue, saturation, value = colorsys.rgb_to_hsv(*image[:, row, column])
            made[:, row, column] = colorsys.hsv_to_rgb(hue, saturation, min(value + more, 1))
    return made


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
def test_it_is_the_value_of_the_colour_model(severity):
    x = images(2, 3, 9, 8)
    x[0, :, 0, 0] = 0
    made = changed(Brightness(), x, severity)
    for case in range(2):
        assert np.allclose(made[case], slow(x[case], SMALL[severity - 1]), atol=1e-12)


def test_one_channel_is_raised_and_cut_off():
    x = images(3, 1, 6, 6)
    assert np.allclose(changed(Brightness(), x, 3), np.minimum(x + 0.15, 1))
    assert changed(Brightness(), np.zeros((1, 4, 2, 2)), 5) == pytest.approx(0.3)


def test_large_images_get_the_large_table():
    x = np.full((1, 1, 224, 230), 0.2)
    assert changed(Brightness(), x, 2).mean() - 0.2 == pytest.approx(LARGE[1])


@pytest.mark.parametrize("shape", [(1, 9, 9), (3, 8, 10)])
def test_what_holds_for_every_corruption(shape):
    agree(Brightness(), shape)
