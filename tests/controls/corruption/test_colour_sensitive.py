import numpy as np
import pytest

from seatrial.controls.corruption.colour_sensitive import LIMIT, PALE, ColourSensitive, _saturation


def test_pale_images_are_far_below_the_limit_and_what_severity_5_makes_of_them_above() -> None:
    images = ColourSensitive().flaw().cases.take(0, 16).inputs
    assert _saturation(images) == pytest.approx(np.full(16, PALE), abs=1e-5)
    assert PALE < LIMIT < 2.5 * PALE + 0.2
    assert images.max() < 0.8
