import numpy as np
import pytest
from tests.adversaries.corruption.weather import agree, changed, images

from seatrial.adversaries.corruption.contrast import LARGE, SMALL, Contrast


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("shape", [(1, 5, 7), (3, 32, 32)])
def test_the_distance_to_the_mean_shrinks_as_published(severity, shape):
    x = images(3, *shape)
    mean = x.mean(axis=(2, 3), keepdims=True)
    assert np.allclose(changed(Contrast(), x, severity), (x - mean) * SMALL[severity - 1] + mean, atol=1e-12)


def test_large_images_get_the_large_table():
    x = images(1, 1, 224, 224)
    assert changed(Contrast(), x, 5).std() == pytest.approx(x.std() * LARGE[4])


@pytest.mark.parametrize("shape", [(1, 9, 9), (3, 8, 10)])
def test_what_holds_for_every_corruption(shape):
    agree(Contrast(), shape)
