import numpy as np
import pytest
import torch
from tests.adversaries.corruption.sounds import changed, sines

from seatrial.adversaries.corruption.hiss import RATIO, Hiss


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("loud", [0.01, 0.1])
def test_the_ratio_is_the_stated_one_whatever_the_loudness(severity, loud) -> None:
    x = sines(loud=loud, dtype=np.float64)
    noise = changed(Hiss(), x, severity) - x
    ratio = 10 * np.log10(x.var(axis=1) / noise.var(axis=1))
    assert ratio == pytest.approx(RATIO[severity - 1], abs=1e-6)


def test_it_is_white_and_every_case_has_its_own() -> None:
    x = sines(2, 4000, 0.1, np.float64)
    noise = changed(Hiss(), x, 3) - x
    assert abs(np.corrcoef(noise)[0, 1]) < 0.06
    assert abs(np.corrcoef(noise[0, 1:], noise[0, :-1])[0, 1]) < 0.06


def test_channels_have_their_own_power_and_silence_stays_silent() -> None:
    x = np.stack([sines(3, dtype=np.float64), np.full((3, 400), 0.5)], axis=1)
    made = changed(Hiss(), x, 4)
    assert (made[:, 1] == 0.5).all()
    assert (made[:, 0] != x[:, 0]).any()


def test_a_level_is_no_power_and_the_range_is_kept() -> None:
    x = sines(loud=0.1, dtype=np.float64) + 0.25
    assert (changed(Hiss(), x, 3) - x).std() == pytest.approx(x.std(axis=1).mean() * 10**-0.5, rel=0.01)
    assert changed(Hiss(), sines(loud=0.5), 5).max() <= 1


def test_libraries_agree() -> None:
    x = sines()
    here, there = changed(Hiss(), x, 3), changed(Hiss(), torch.tensor(x), 3).numpy()
    assert here.dtype == there.dtype == np.float32
    assert np.allclose(here, there, rtol=0, atol=1e-7)
