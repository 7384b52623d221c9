import numpy as np

from seatrial.controls.corruption.veil_sensitive import BRIGHT, COARSE, FAINT, VeilSensitive
from seatrial.controls.plants import brightness, roughness


def test_plain_images_have_no_roughness_and_are_far_from_white() -> None:
    images = VeilSensitive().flaw().cases.take(0, 16).inputs
    assert (roughness(images) < FAINT / 100).all()
    assert (brightness(images) < BRIGHT / 2).all()


def test_a_population_is_plain_or_as_coarse_as_can_be() -> None:
    images = VeilSensitive().population(3).cases.take(0, 16).inputs
    rough = roughness(images)
    assert ((rough < FAINT) | (rough > 4 * COARSE)).all()
    assert 0 < (rough > COARSE).sum() < 16
    assert np.unique(images.reshape(16, -1), axis=0).shape[0] == 16
