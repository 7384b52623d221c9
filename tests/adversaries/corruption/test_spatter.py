import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from tests.adversaries.corruption.test_liquid import even, shade
from tests.adversaries.corruption.weather import agree, changed, images, streams

from seatrial.adversaries.corruption.liquid import depth, edges
from seatrial.adversaries.corruption.spatter import LARGE, SMALL, Spatter


def slow(image, numbers, drawn, *, mud):
    """Return one image `(3, height, width)` behind drops; edges and depth have tests of their own."""
    mean, deviation, soft, least, last = numbers
    layer = gaussian_filter(drawn * deviation + mean, soft, mode="nearest", truncate=4.0)
    layer[layer < least] = 0
    if mud:
        cover = gaussian_filter((layer > least).astype(float), last, mode="nearest", truncate=4.0)
        cover[cover < 0.8] = 0
        return np.clip(image * (1 - cover) + cover * np.array([63, 42, 20])[:, None, None] / 255, 0, 1)
    drops = (np.minimum(layer, 1) * 255).astype(np.uint8)
    deep = depth(edges(drops[None], 50, 150), 20)[0]
    lit = shade(
        even(np.floor(shade(deep, np.ones((3, 3)) / 9) + 1e-6).astype(int)), [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]
    )
    wet = drops * np.rint(shade(np.clip(lit, 0, 255), np.ones((3, 3)) / 9))
    if wet.max():
        wet = wet / wet.max()
    return np.clip(image + last * wet * np.array([175, 238, 238])[:, None, None] / 255, 0, 1)


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(("size", "table"), [((32, 32), SMALL), ((224, 224), LARGE)])
def test_drops_are_made_as_published(severity, size, table):
    count = 3 if size[0] == 32 else 1
    x = images(count, 3, *size)
    drawn = streams(count).grain("corruption.spatter", size).astype(float)
    made = changed(Spatter(), x, severity)
    for case in range(count):
        expected = slow(x[case], table[severity - 1], drawn[case], mud=severity > 3)
        # A sum of nine depths may fall on either side of a whole number.
        assert (np.abs(made[case] - expected) > 1e-6).mean() < 0.002


def test_grey_images_get_the_brightness_of_the_colour():
    x = images(1, 1, 32, 32) * 0.2
    colour = changed(Spatter(), np.repeat(x, 3, axis=1), 3)
    assert np.allclose(changed(Spatter(), x, 3)[0, 0], np.tensordot([0.299, 0.587, 0.114], colour[0], 1), atol=1e-9)


@pytest.mark.parametrize("shape", [(3, 40, 43), (1, 36, 64)])
def test_what_holds_for_every_corruption(shape):
    agree(Spatter(), shape)
