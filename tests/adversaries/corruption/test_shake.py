import numpy as np
import pytest
from tests.adversaries.corruption.weather import agree, changed, images, streams

from seatrial.adversaries.corruption.shake import LARGE, SMALL, WIDEST, Shake


def slow(plane, length, soft, angle):
    """Return one plane, pixel by pixel: half a bell along a line, the border pixel repeated."""
    height, width = plane.shape
    steps = np.arange(2 * length + 1)
    trail = np.exp(-(steps**2) / (2 * soft**2))
    made = np.zeros_like(plane)
    for row in range(height):
        for column in range(width):
            for step, weight in zip(steps, trail / trail.sum(), strict=True):
                down = int(np.rint(step * np.sin(angle)))
                right = int(np.rint(step * np.cos(angle)))
                made[row, column] += (
                    weight * plane[min(max(row + down, 0), height - 1), min(max(column + right, 0), width - 1)]
                )
    return made


@pytest.mark.parametrize("severity", [1, 3, 5])
def test_it_is_half_a_bell_along_a_line_of_its_own(severity):
    x = images(3, 2, 11, 14)
    made = changed(Shake(), x, severity)
    angles = np.deg2rad((streams(3).uniform("corruption.shake", (), np.zeros(1)) * 2 - 1) * WIDEST)
    assert len(set(angles.tolist())) == 3
    for case, angle in enumerate(angles):
        for plane in range(2):
            expected = slow(x[case, plane], *SMALL[severity - 1], angle)
            assert np.allclose(made[case, plane], expected, atol=1e-12)


def test_large_images_get_the_large_table_and_a_dot_becomes_its_trail():
    x = np.zeros((1, 1, 224, 224))
    x[0, 0, 112, 112] = 1
    made = changed(Shake(), x, 5)
    length, soft = LARGE[4]
    steps = np.arange(2 * length + 1)
    assert made.max() == pytest.approx(1 / np.exp(-(steps**2) / (2 * soft**2)).sum(), rel=0.3)
    assert made.sum() == pytest.approx(1)


def test_what_holds_for_every_corruption():
    agree(Shake(), (3, 20, 23))
    agree(Shake(), (1, 5, 4))
