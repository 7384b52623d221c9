import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from tests.adversaries.corruption.weather import agree, changed, images, streams

from seatrial.adversaries.corruption.glass import LARGE, SMALL, Glass


def slow(image, deviation, far, times, drawn):
    """Return one image, pixel by pixel, as the benchmark does it: the exchange of two views only copies."""
    made = gaussian_filter(image, (0, deviation, deviation), mode="nearest", truncate=4.0)
    height, width = image.shape[1:]
    for turn in range(times):
        for row in range(height - far, far, -1):
            for column in range(width - far, far, -1):
                down, right = ((int(drawn[turn, at, row, column]) * 2 * far >> 16) - far for at in (0, 1))
                made[:, row, column] = made[:, row + down, column + right]
    return gaussian_filter(made, (0, deviation, deviation), mode="nearest", truncate=4.0)


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
def test_small_images(severity):
    x = images(3, 3, 32, 21)
    times = SMALL[severity - 1][2]
    drawn = streams(3).raw("corruption.glass", 16, (times, 2, 32, 21))
    made = changed(Glass(), x, severity)
    for case in range(3):
        assert np.allclose(made[case], slow(x[case], *SMALL[severity - 1], drawn[case]), atol=1e-12)


@pytest.mark.parametrize("severity", [2, 3, 5])
def test_large_images_where_pixels_follow_each_other(severity):
    x = images(1, 2, 224, 224)
    times = LARGE[severity - 1][2]
    drawn = streams(1).raw("corruption.glass", 16, (times, 2, 224, 224))
    assert np.allclose(changed(Glass(), x, severity)[0], slow(x[0], *LARGE[severity - 1], drawn[0]), atol=1e-12)


def test_every_step_is_as_likely():
    drawn = streams(1).raw("corruption.glass", 16, (1, 2, 224, 224)).astype(int)
    for far in (1, 2, 3, 4):
        share = np.bincount((drawn * 2 * far >> 16).reshape(-1)) / drawn.size
        assert np.allclose(share, 1 / (2 * far), atol=0.01)


@pytest.mark.parametrize("shape", [(3, 20, 23), (1, 5, 4)])
def test_what_holds_for_every_corruption(shape):
    agree(Glass(), shape)
