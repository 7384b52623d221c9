import numpy as np
import pytest

from seatrial.controls.corruption.depth_sensitive import HEIGHT, DepthSensitive
from seatrial.controls.plants import roughness


def test_one_bit_leaves_nothing_of_the_squares_however_dark() -> None:
    for plant in (DepthSensitive().flaw(), DepthSensitive().population(3)):
        images = plant.cases.take(0, 16).inputs
        assert roughness(images) == pytest.approx((2 * HEIGHT) ** 2, rel=1e-4)
        assert (roughness(np.round(images)) == 0).all()
