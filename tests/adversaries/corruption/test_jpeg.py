from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from tests.adversaries.corruption.weather import agree, changed, images

from seatrial.adversaries.corruption.jpeg import LARGE, SMALL, Jpeg


def slow(picture, quality):
    """Return what pillow reads back of a picture in 8 bits."""
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(BytesIO(file.getvalue()))) / 255


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
def test_it_is_a_round_trip_through_a_file(severity):
    colour, grey = np.rint(images(2, 3, 20, 17) * 255), np.rint(images(2, 1, 20, 17) * 255)
    made = changed(Jpeg(), colour / 255, severity)
    shades = changed(Jpeg(), grey / 255, severity)
    for case in range(2):
        picture = Image.fromarray(colour[case].transpose(1, 2, 0).astype(np.uint8), "RGB")
        assert np.allclose(made[case].transpose(1, 2, 0), slow(picture, SMALL[severity - 1]), atol=1e-12)
        picture = Image.fromarray(grey[case, 0].astype(np.uint8), "L")
        assert np.allclose(shades[case, 0], slow(picture, SMALL[severity - 1]), atol=1e-12)


def test_other_numbers_of_channels_are_compressed_one_by_one():
    x = images(2, 4, 9, 9)
    made = changed(Jpeg(), x, 4)
    assert np.allclose(made[:, 2:3], changed(Jpeg(), x[:, 2:3], 4))


def test_large_images_get_the_large_table():
    x = np.rint(images(1, 1, 224, 224) * 255)
    picture = Image.fromarray(x[0, 0].astype(np.uint8), "L")
    assert np.allclose(changed(Jpeg(), x / 255, 5)[0, 0], slow(picture, LARGE[4]), atol=1e-12)


def test_what_holds_for_every_corruption():
    agree(Jpeg(), (1, 12, 9))
    agree(Jpeg(), (3, 16, 16))
