import colorsys

import numpy as np
import pytest
from tests.adversaries.corruption.weather import agree, changed, images

from seatrial.adversaries.corruption.saturate import LARGE, SMALL, Saturate
from seatrial.errors import TrialError


def slow(image, times, more):
    """Return a colour image with another saturation, by the textbook."""
    made = np.zeros_like(image)
    for row in range(image.shape[1]):
        for column in range(image.shape[2]):
            hue, saturation, value = colorsys.rgb_to_hsv(*image[:, row, column])
            made[:, row, column] = colorsys.hsv_to_rgb(hue, np.clip(saturation * times + more, 0, 1), value)
    return made


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
def test_it_is_the_saturation_of_the_colour_model(severity):
    x = images(2, 3, 9, 8)
    x[0, :, 0, 0], x[0, :, 0, 1], x[0, :, 0, 2] = 0, 1, 0.4
    made = changed(Saturate(), x, severity)
    for case in range(2):
        assert np.allclose(made[case], slow(x[case], *SMALL[severity - 1]), atol=1e-12)


def test_large_images_get_the_large_table():
    x = np.repeat(images(1, 3, 1, 230), 224, axis=2)
    assert np.allclose(changed(Saturate(), x, 5)[0, :, :1], slow(x[0, :, :1], *LARGE[4]), atol=1e-12)


def test_grey_images_are_refused_with_what_to_do():
    with pytest.raises(TrialError, match=r"have 1 channels.*leave corruption/saturate out"):
        changed(Saturate(), images(1, 1, 8, 8), 1)


def test_what_holds_for_every_corruption():
    agree(Saturate(), (3, 8, 10))
