import numpy as np
import pytest
import torch
from tests.adversaries.corruption.sounds import changed

from seatrial.adversaries.corruption.drift import ERROR, Drift


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
def test_every_column_is_wrong_by_reading_and_span(severity) -> None:
    x = np.full((50, 8), 0.5)
    change = (changed(Drift(), x, severity) - x) / ERROR[severity - 1]
    assert set(np.unique(np.round(change, 9))) == {-1.5, -0.5, 0.5, 1.5}


def test_reading_counts_from_the_lower_end_and_the_span_is_the_range() -> None:
    x = np.full((50, 8), 10.0)
    change = changed(Drift(), x, 4, low=-10, high=30) - x
    assert set(np.unique(np.round(np.abs(change), 9))) == {0.1 * (40 - 20), 0.1 * (40 + 20)}


def test_directions_are_drawn_for_each_case_and_column() -> None:
    up = changed(Drift(), np.full((500, 6), 0.5), 2) > 0.5
    assert (np.abs(up.mean(axis=0) - 0.5) < 0.1).all()
    assert len(np.unique(up, axis=0)) == 64


def test_the_range_is_kept_and_libraries_agree() -> None:
    x = np.random.default_rng(0).random((20, 5)).astype(np.float32)
    made = changed(Drift(), x, 5)
    assert made.min() >= 0
    assert made.max() <= 1
    assert made.tobytes() == changed(Drift(), torch.tensor(x), 5).numpy().tobytes()
