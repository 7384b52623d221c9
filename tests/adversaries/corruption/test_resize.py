import numpy as np
import pytest
from PIL import Image
from tests.adversaries.corruption.weather import agree, changed, images

from seatrial.adversaries.corruption.resize import LARGE, SMALL, Resize
from seatrial.errors import TrialError

PILLOW = {"box": Image.Resampling.BOX, "bilinear": Image.Resampling.BILINEAR}


def slow(plane, share, how):
    """Return what pillow makes of one plane of floats, down and up again."""
    height, width = plane.shape
    small = Image.fromarray(plane.astype(np.float32), "F").resize(
        (int(width * share), int(height * share)), PILLOW[how]
    )
    return np.asarray(small.resize((width, height), PILLOW[how]))


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("how", ["box", "bilinear"])
@pytest.mark.parametrize("size", [(32, 32), (28, 28), (30, 21)])
def test_it_is_what_pillow_does_without_rounding(severity, how, size):
    x = images(2, 3, *size)
    made = changed(Resize(how), x, severity)
    for case in range(2):
        for plane in range(3):
            assert np.allclose(made[case, plane], slow(x[case, plane], SMALL[severity - 1], how), atol=1e-6)


def test_large_images_get_the_large_table():
    x = images(1, 1, 224, 224)
    assert np.allclose(changed(Resize(), x, 5)[0, 0], slow(x[0, 0], LARGE[4], "box"), atol=1e-6)
    blocks = changed(Resize(), x, 5)[0, 0].reshape(56, 4, 56, 4)
    assert np.allclose(blocks, x[0, 0].reshape(56, 4, 56, 4).mean(axis=(1, 3), keepdims=True))


def test_tiny_images_and_other_filters():
    assert changed(Resize(), images(1, 1, 1, 2), 5).shape == (1, 1, 1, 2)
    with pytest.raises(TrialError, match="one of box, bilinear"):
        changed(Resize("cubic"), images(1, 1, 8, 8), 1)


@pytest.mark.parametrize("how", ["box", "bilinear"])
def test_what_holds_for_every_corruption(how):
    agree(Resize(how), (3, 20, 23))
