"""Light and colour are what the W3C's filter effects say, and the same in every library."""

import numpy as np
import pytest
import torch

from seatrial.adversaries.tint import freedoms, tinted
from seatrial.records.threat import Colour

RANDOM = np.random.default_rng(4)
LUMINANCE = np.array([0.213, 0.715, 0.072])


def some(channels=3, dtype=np.float64):
    return RANDOM.uniform(0.3, 0.7, (4, channels, 5, 6)).astype(dtype)


def recipe(**numbers):
    made = np.zeros((4, 4))
    for at, name in enumerate(("brightness", "contrast", "hue", "saturation")):
        made[:, at] = numbers.get(name, 0)
    return made


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_zeros_change_no_byte(channels, dtype) -> None:
    x = some(channels, dtype)
    assert tinted(x, recipe(), 0, 1).tobytes() == x.tobytes()


@pytest.mark.parametrize("channels", [1, 3])
def test_brightness_and_contrast_by_hand(channels) -> None:
    x = some(channels)
    assert np.allclose(tinted(x, recipe(brightness=0.1), 0, 1), x + 0.1)
    assert np.allclose(tinted(x * 2 - 1, recipe(brightness=0.1), -1, 1), x * 2 - 1 + 0.2), "a share of the range"
    assert np.allclose(tinted(x, recipe(contrast=-0.5), 0, 1), 0.5 + 0.5 * (x - 0.5))
    assert tinted(x, recipe(brightness=0.9), 0, 1).max() == 1


def test_a_turn_of_the_hue_is_that_of_the_filter_effects() -> None:
    """Greys stay, luminance stays, a whole turn is none, and 180 degrees of red is the published column."""
    x = some()
    turned = tinted(x, recipe(hue=50), -9, 9)
    weigh = LUMINANCE[None, :, None, None]
    assert np.allclose((turned * weigh).sum(axis=1), (x * weigh).sum(axis=1), atol=2e-3)
    assert np.allclose(tinted(x, recipe(hue=360), -9, 9), x)
    grey = np.repeat(x[:, :1], 3, axis=1)
    assert np.allclose(tinted(grey, recipe(hue=77, saturation=0.9), -9, 9), grey)
    red = np.zeros((4, 3, 1, 1))
    red[:, 0] = 1
    half = tinted(red, recipe(hue=180), -9, 9)[0, :, 0, 0]
    assert half == pytest.approx([0.213 - 0.787, 0.213 + 0.213, 0.213 + 0.213])
    quarter = tinted(red, recipe(hue=90), -9, 9)[0, :, 0, 0]
    assert quarter == pytest.approx([0.213 - 0.213, 0.213 + 0.143, 0.213 - 0.787])


def test_no_saturation_is_luminance() -> None:
    x = some()
    grey = (x * LUMINANCE[None, :, None, None]).sum(axis=1, keepdims=True)
    assert np.allclose(tinted(x, recipe(saturation=-1), 0, 1), np.repeat(grey, 3, axis=1))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_torch_and_neighbours_change_no_byte(dtype) -> None:
    x, made = some(dtype=dtype), RANDOM.uniform(-0.2, 0.2, (4, 4)) * [1, 1, 200, 1]
    ours = tinted(x, made, 0, 1)
    assert ours.tobytes() == tinted(torch.tensor(x), made, 0, 1).numpy().tobytes()
    assert tinted(x[2:3], made[2:3], 0, 1).tobytes() == ours[2:3].tobytes()


def test_grey_images_have_no_hue() -> None:
    threat = Colour(0.1, 0.2, 30, 0.4)
    assert freedoms(threat, 1).tolist() == [0.1, 0.2, 0, 0]
    assert freedoms(threat, 3).tolist() == [0.1, 0.2, 30, 0.4]
