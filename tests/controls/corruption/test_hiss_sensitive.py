import numpy as np
import pytest

from seatrial.controls.corruption.hiss_sensitive import LIMIT, LOUD, HissSensitive
from seatrial.controls.corruption.tones import PERIOD
from seatrial.controls.plants import roughness


def test_the_limit_is_far_above_the_tone_and_half_of_what_hiss_adds() -> None:
    tones = HissSensitive().flaw().cases.take(0, 16).inputs
    own = (2 * LOUD * np.sin(np.pi / PERIOD)) ** 2 / 2
    assert roughness(tones) == pytest.approx(own, rel=0.02)
    assert 4 * own < LIMIT == pytest.approx(2 * LOUD**2 / 2 / 10 / 2)
