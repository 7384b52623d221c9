import pytest
from scipy.ndimage import gaussian_filter

from seatrial.controls.corruption.blur_sensitive import HEIGHT, BlurSensitive
from seatrial.controls.plants import roughness


def test_a_bell_of_one_pixel_leaves_nothing_of_the_squares() -> None:
    images = BlurSensitive().flaw().cases.take(0, 16).inputs
    assert roughness(images) == pytest.approx((2 * HEIGHT) ** 2, rel=1e-5)
    assert (roughness(gaussian_filter(images, (0, 0, 1, 1))) < HEIGHT**2 / 10_000).all()
