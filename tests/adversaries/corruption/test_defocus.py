import numpy as np
import pytest
from scipy.ndimage import convolve, gaussian_filter
from tests.adversaries.corruption.weather import agree, changed, images

from seatrial.adversaries.corruption.defocus import LARGE, SMALL, Defocus, disc


def slow(radius, soft):
    """Return the disc of the benchmark: drawn on a grid, of sum 1, then softened, mirrored at the edge of the grid."""
    steps = np.arange(-8, 9) if radius <= 8 else np.arange(-radius, radius + 1)
    made = ((steps[:, None] ** 2 + steps[None, :] ** 2) <= radius**2).astype(float)
    return gaussian_filter(made / made.sum(), soft, mode="mirror", radius=1 if radius <= 8 else 2)


@pytest.mark.parametrize(("radius", "soft"), [*SMALL, *LARGE])
def test_the_disc_is_that_of_the_benchmark(radius, soft):
    assert np.allclose(disc(radius, soft), slow(radius, soft), atol=1e-12)


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("size", [(32, 32), (12, 25)])
def test_it_is_a_convolution_with_a_mirror_at_the_border(severity, size):
    x = images(2, 2, *size)
    kernel = slow(*SMALL[severity - 1])
    assert np.allclose(changed(Defocus(), x, severity), convolve(x, kernel[None, None], mode="mirror"), atol=1e-12)


@pytest.mark.parametrize("severity", [1, 3, 5])
def test_large_images_get_the_large_table(severity):
    x = images(1, 1, 224, 230)
    expected = convolve(x, slow(*LARGE[severity - 1])[None, None], mode="mirror")
    assert np.allclose(changed(Defocus(), x, severity), expected, atol=1e-12)


def test_the_two_strongest_gain_a_little_light_as_published():
    """Their discs reach the end of the window, where the mirror brings a little of them back in."""
    assert [disc(*numbers).sum() for numbers in LARGE] == pytest.approx([1, 1, 1, 1.0130, 1.0108], abs=1e-4)


def test_what_holds_for_every_corruption():
    agree(Defocus(), (3, 20, 23))
    agree(Defocus(), (1, 2, 3))
