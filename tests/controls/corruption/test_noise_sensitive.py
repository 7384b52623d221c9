import numpy as np
import pytest

from seatrial.controls.corruption.noise_sensitive import THRESHOLD, NoiseSensitive
from seatrial.controls.plants import roughness


def test_noise_adds_eight_times_what_flips_the_flaw() -> None:
    images = NoiseSensitive().flaw().cases.take(0, 16).inputs
    noisy = images + np.random.default_rng(5).normal(0, 0.08, images.shape)
    assert (roughness(images) == 0).all()
    assert roughness(noisy).mean() == pytest.approx(8 * THRESHOLD, rel=0.05)
