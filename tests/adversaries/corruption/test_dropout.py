import numpy as np
import pytest
import torch
from tests.adversaries.corruption.sounds import changed, sines

from seatrial.adversaries.corruption.dropout import LOST, Dropout


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
def test_one_stretch_of_the_stated_length_is_silent(severity) -> None:
    x = np.full((60, 200), 0.9, dtype=np.float32)
    lost = changed(Dropout(), x, severity) == np.float32(0.5)
    assert (lost.sum(axis=1) == LOST[severity - 1] * 200).all()
    assert (np.abs(np.diff(np.pad(lost.astype(int), ((0, 0), (1, 1))), axis=1)).sum(axis=1) == 2).all()


def test_it_may_lie_anywhere_up_to_both_ends() -> None:
    firsts = (changed(Dropout(), np.full((400, 10), 0.9), 4) == 0.5).argmax(axis=1)
    assert set(firsts) == set(range(9))
    assert np.bincount(firsts).min() > 400 / 9 / 2


def test_all_channels_are_lost_at_once() -> None:
    lost = changed(Dropout(), np.full((5, 3, 50), 0.9), 4) == 0.5
    assert (lost == lost[:, :1]).all()
    assert lost.any()


def test_the_last_sample_is_held() -> None:
    x = sines(30) + np.float32(0.05)
    made = changed(Dropout(hold=True), x, 4)
    silent = changed(Dropout(), x, 4)
    for was, now, quiet in zip(x, made, silent, strict=True):
        gone = np.flatnonzero(quiet != was)
        assert len(gone) == 80
        assert np.abs(now[gone] - was[max(gone[0] - 1, 0)]).max() < 1e-6
        assert (np.delete(now, range(gone[0], gone[-1] + 1)) == np.delete(was, range(gone[0], gone[-1] + 1))).all()


def test_short_signals_lose_one_sample_and_libraries_agree() -> None:
    assert ((changed(Dropout(), np.full((3, 4), 0.9), 1) == 0.5).sum(axis=1) == 1).all()
    x = sines()
    for hold in (True, False):
        here, there = changed(Dropout(hold=hold), x, 3), changed(Dropout(hold=hold), torch.tensor(x), 3)
        assert here.tobytes() == there.numpy().tobytes()
