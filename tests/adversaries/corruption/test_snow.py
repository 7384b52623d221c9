import numpy as np
import pytest
from tests.adversaries.corruption.test_shake import slow as dragged
from tests.adversaries.corruption.test_zoomed import slow as enlarged
from tests.adversaries.corruption.weather import agree, changed, images, streams

from seatrial.adversaries.corruption.snow import LARGE, SMALL, Snow


def slow(image, numbers, drawn, angle):
    """Return one image `(channels, height, width)` in the snow, by the definition."""
    mean, deviation, size, least, length, soft, kept = numbers
    flakes = enlarged((drawn * deviation + mean)[None], size)[0]
    flakes[flakes < least] = 0
    layer = dragged(np.clip(flakes, 0, 1), length, soft, angle)
    grey = np.tensordot([0.299, 0.587, 0.114], image, 1) if len(image) == 3 else image[0]
    whitened = kept * image + (1 - kept) * np.maximum(image, grey * 1.5 + 0.5)
    return np.clip(whitened + layer + np.rot90(layer, 2), 0, 1)


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("channels", [1, 3])
def test_small_images(severity, channels):
    x = images(2, channels, 32, 32)
    drawn = streams(2).grain("corruption.snow", (32, 32)).astype(float)
    lots = streams(2).uniform("corruption.snow.angle", (), np.zeros(1))
    made = changed(Snow(), x, severity)
    for case in range(2):
        angle = np.deg2rad(-135 + 90 * lots[case])
        assert np.allclose(made[case], slow(x[case], SMALL[severity - 1], drawn[case], angle), atol=1e-9)


def test_large_images_get_the_large_table():
    x = np.zeros((1, 1, 224, 224))
    made = changed(Snow(), x, 5)[0, 0]
    kept, drawn = LARGE[4][6], streams(1).grain("corruption.snow", (224, 224))[0]
    flakes = enlarged((drawn * LARGE[4][1] + LARGE[4][0])[None].astype(float), LARGE[4][2])[0]
    share = np.where(flakes < LARGE[4][3], 0, np.minimum(flakes, 1)).mean()
    assert made.min() >= (1 - kept) * 0.5
    assert made.mean() == pytest.approx((1 - kept) * 0.5 + 2 * share, rel=0.1)


@pytest.mark.parametrize("shape", [(3, 20, 23), (1, 5, 4), (2, 7, 7)])
def test_what_holds_for_every_corruption(shape):
    agree(Snow(), shape)
