import numpy as np
import pytest
from scipy.ndimage import convolve, gaussian_filter
from tests.adversaries.corruption.weather import agree, changed, images

from seatrial.adversaries.corruption.defocus import LARGE, LARGE_SOFT, SMALL, SMALL_SOFT, Defocus, _disc


def slow(radius, soft):
    """Return the disc of the benchmark: drawn on a grid, then softened, mirrored at the edge of the grid."""
    steps = np.arange(-8, 9) if radius <= 8 else np.arange(-radius, radius + 1)
    disc = ((steps[:, None] ** 2 + steps[None, :] ** 2) <= radius**2).astype(float)
    made = gaussian_filter(disc, soft, mode="mirror", radius=1 if radius <= 8 else 2)
    return made / made.sum()


@pytest.mark.parametrize(
    ("radius", "soft"), [*zip(SMALL, SMALL_SOFT, strict=True), *zip(LARGE, LARGE_SOFT, strict=True)]
)
def test_the_disc_is_that_of_the_benchmark(radius, soft):
    assert np.allclose(_disc(radius, soft), slow(radius, soft), atol=1e-12)


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("size", [(32, 32), (12, 25)])
def test_it_is_a_convolution_with_a_mirror_at_the_border(severity, size):
    x = images(2, 2, *size)
    kernel = slow(SMALL[severity - 1], SMALL_SOFT[severity - 1])
    assert np.allclose(changed(Defocus(), x, severity), convolve(x, kernel[None, None], mode="mirror"), atol=1e-12)


def test_large_images_get_the_large_table():
    x = images(1, 1, 224, 224)
    assert np.allclose(changed(Defocus(), x, 3), convolve(x, slow(6.0, 0.5)[None, None], mode="mirror"), atol=1e-12)


def test_what_holds_for_every_corruption():
    agree(Defocus(), (3, 20, 23))
    agree(Defocus(), (1, 2, 3))
