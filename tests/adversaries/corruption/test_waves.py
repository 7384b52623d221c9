import numpy as np
import pytest
import torch

from seatrial.adversaries.corruption.waves import placed, swings
from seatrial.errors import TrialError
from seatrial.records.threat import Corruption


def test_swings_are_around_the_middle_of_the_range() -> None:
    x = np.array([[-1.0, 0.0, 3.0]])
    assert swings(x, Corruption(1, -1.0, 3.0)).tolist() == [[-2.0, -1.0, 2.0]]
    assert placed(np.array([[-2.0, 9.0, 0.5]]), x, Corruption(1, -1.0, 3.0)).tolist() == [[-1.0, 3.0, 1.5]]


def test_what_does_not_change_keeps_its_bytes() -> None:
    x = np.random.default_rng(0).random((3, 2, 50)).astype(np.float32)
    threat = Corruption(1, 0.1, 0.9)
    inside = np.clip(x, 0.1, 0.9)
    assert placed(swings(inside, threat), inside, threat).tobytes() == inside.tobytes()


@pytest.mark.parametrize("shape", [(4,), (4, 1, 8, 8)])
def test_images_and_numbers_are_no_signals(shape) -> None:
    with pytest.raises(TrialError, match="a signal is"):
        swings(torch.zeros(shape), Corruption())
