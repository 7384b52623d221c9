import numpy as np
import pytest
import torch
from tests.adversaries.corruption.sounds import changed, sines

from seatrial.adversaries.corruption.clipping import KEPT, Clipping


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
def test_it_is_cut_off_at_a_share_of_its_own_peak(severity) -> None:
    x = sines()
    made = changed(Clipping(), x, severity)
    most = np.abs(x - 0.5).max(axis=1) * KEPT[severity - 1]
    assert np.abs(made - 0.5).max(axis=1) == pytest.approx(most, rel=1e-5)
    below = np.abs(x - 0.5) < 0.999 * most[:, None]
    assert (made[below] == x[below]).all(), "what is below is untouched"


def test_each_channel_has_its_own_peak() -> None:
    x = np.stack([sines(4, loud=0.4), sines(4, loud=0.1)], axis=1)
    made = changed(Clipping(), x, 3)
    assert np.abs(made - 0.5).max(axis=2) == pytest.approx(np.abs(x - 0.5).max(axis=2) * 0.4, rel=1e-5)


def test_other_ranges_and_libraries() -> None:
    x = sines(dtype=np.float64) * 2 - 1
    assert np.abs(changed(Clipping(), x, 4, low=-1, high=1)).max() == pytest.approx(0.8 * 0.25, rel=3e-3)
    x = sines()
    assert changed(Clipping(), x, 3).tobytes() == changed(Clipping(), torch.tensor(x), 3).numpy().tobytes()


def test_silence_stays_silent() -> None:
    x = np.full((2, 9), 0.5, dtype=np.float32)
    assert (changed(Clipping(), x, 5) == x).all()
