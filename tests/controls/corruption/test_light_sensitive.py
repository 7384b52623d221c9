import pytest

from seatrial.controls.corruption.light_sensitive import MORE, LightSensitive
from seatrial.controls.plants import brightness, roughness


def test_more_light_fits_into_the_range_and_leaves_differences_as_they_are() -> None:
    images = LightSensitive().flaw().cases.take(0, 16).inputs
    assert images.min() > 0
    assert images.max() + MORE < 1
    assert roughness(images + MORE) == pytest.approx(roughness(images), rel=1e-4)
    assert (brightness(images) < 0.45).all()
    assert (brightness(images) + MORE > 0.45).all()
