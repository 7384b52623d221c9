import base64
import io

import numpy as np
import pytest
from PIL import Image

from seatrial.reports.pictures import difference, image, scale, shown


def pixels(picture):
    with Image.open(io.BytesIO(base64.b64decode(picture.uri.split(",")[1]))) as opened:
        return np.asarray(opened)


@pytest.mark.parametrize(
    ("shape", "seen"),
    [
        ((28, 28), (28, 28, 1)),
        ((1, 28, 28), (28, 28, 1)),
        ((3, 8, 9), (8, 9, 3)),
        ((8, 9, 3), (8, 9, 3)),
        ((8, 9, 1), (8, 9, 1)),
        ((30,), None),
        ((1, 30), None),
        ((0, 28), None),
        ((5, 8, 9), None),
        ((2, 3, 8, 8), None),
    ],
)
def test_what_is_a_picture(shape, seen):
    found = image(np.zeros(shape))
    assert (None if found is None else found.shape) == seen


def test_texts_are_no_picture():
    assert image(np.array([["a", "b"], ["c", "d"]])) is None


@pytest.mark.parametrize(
    ("values", "ends"), [([0.1, 0.9], (0, 1)), ([0, 200], (0, 255)), ([-2, 3], (-2, 3)), ([np.nan, np.inf], (0, 1))]
)
def test_scale(values, ends):
    assert scale(np.array(values, dtype=float)) == ends


def test_values_become_grey():
    drawn = pixels(shown(np.array([[0.0, 0.5], [1.0, 2.0]])[:, :, None], 0.0, 1.0))
    assert drawn.tolist() == [[0, 128], [255, 255]]


def test_what_is_no_number_is_magenta():
    picture = shown(np.array([[0.0, np.nan], [np.inf, 1.0]])[:, :, None], 0.0, 1.0)
    drawn = pixels(picture)
    assert drawn[0, 1].tolist() == drawn[1, 0].tolist() == [214, 40, 160]
    assert drawn[1, 1].tolist() == [255, 255, 255]
    assert "2 pixels are no finite number" in picture.note


def test_the_largest_change_has_full_colour_and_its_sign():
    before = np.zeros((2, 2, 1))
    after = np.array([[0.0, 0.2], [-0.1, 0.0]])[:, :, None]
    drawn = pixels(difference(before, after))
    assert drawn[0, 0].tolist() == [255, 255, 255]
    assert drawn[0, 1].tolist() == [190, 72, 0]
    assert drawn[1, 0, 2] > drawn[1, 0, 0]


def test_no_change_and_no_common_shape():
    same = np.ones((2, 2, 1))
    assert difference(same, same).note == "unchanged"
    assert difference(same, np.ones((3, 2, 1))) is None


def test_one_pixel_survives_making_small():
    before = np.zeros((1000, 900, 3))
    after = before.copy()
    after[501, 333, 1] = -1.0
    drawn = pixels(difference(before, after))
    assert max(drawn.shape) <= 160
    assert (drawn.reshape(-1, 3) == [0, 92, 175]).all(axis=1).sum() == 1


def test_extreme_values_do_not_raise():
    huge = np.full((4, 4, 1), 1e308)
    assert difference(-huge, huge) is not None
    assert shown(huge, -1e308, 1e308).uri
