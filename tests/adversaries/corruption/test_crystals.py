import numpy as np
import pytest

from seatrial.adversaries.corruption.crystals import LEVELS, SPREADS, panes


def test_panes_have_the_brightness_and_spread_of_photographs():
    made = panes(512).mean(axis=1)
    assert made.mean(axis=(1, 2)) == pytest.approx(LEVELS, abs=0.02)
    assert made.std(axis=(1, 2)) == pytest.approx(SPREADS, rel=0.1)


def test_they_have_no_border_and_no_two_are_alike():
    level = panes(512).mean(axis=1)
    for axis in (1, 2):
        inside = np.abs(np.diff(level, axis=axis)).mean()
        across = np.abs(np.take(level, 0, axis) - np.take(level, -1, axis)).mean()
        assert across < 1.5 * inside
    correlation = np.corrcoef(level.reshape(5, -1)) - np.eye(5)
    assert np.abs(correlation).max() < 0.3


def test_smaller_panes_are_averaged():
    red = panes(512)[:, 0].reshape(5, 256, 2, 256, 2).mean(axis=(2, 4))
    assert np.abs(panes(256)[:, 0] - red).mean() < 1e-4
    assert panes(102).shape == (5, 3, 102, 102)


def test_needles_stand_out():
    """Frost is no cloud: its bright tail is longer than its dark one, and fine detail is there."""
    level = panes(512).mean(axis=1)[4]
    middle = np.median(level)
    assert np.percentile(level, 99) - middle > 1.3 * (middle - np.percentile(level, 1))
    assert 0.01 < np.diff(level, axis=1).std() < 0.15
