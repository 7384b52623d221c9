import numpy as np
import pytest

from seatrial.controls.corruption.texture_sensitive import HEIGHT, TextureSensitive
from seatrial.controls.plants import roughness


def test_the_grain_is_twice_the_threshold_in_every_direction() -> None:
    images = TextureSensitive().flaw().cases.take(0, 16).inputs
    for turned in (images, np.swapaxes(images, 2, 3)):
        assert roughness(turned) == pytest.approx(2 * HEIGHT**2, rel=0.2)
        assert roughness(turned).mean() == pytest.approx(2 * HEIGHT**2, rel=0.05)
