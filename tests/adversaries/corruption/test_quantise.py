import numpy as np
import pytest
from tests.adversaries.corruption.weather import agree, changed, images

from seatrial.adversaries.corruption.quantise import BITS, Quantise


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("shape", [(1, 30, 30), (400,)])
def test_every_number_goes_to_the_nearest_of_so_many_levels(severity, shape):
    x = images(3, *shape)
    levels = np.linspace(0, 1, 2 ** BITS[severity - 1])
    made = changed(Quantise(), x, severity)
    assert len(np.unique(made)) == len(levels)
    assert np.allclose(made, levels[np.abs(x[..., None] - levels).argmin(axis=-1)], atol=1e-12)


def test_what_is_on_a_level_stays():
    x = np.array([[0.0, 1.0], [1.0, 0.0]], dtype=np.float32)
    assert (changed(Quantise(), x, 5) == x).all()
    assert changed(Quantise(), np.array([[-1.0, 0.2, 3.0]]), 5, -1, 3).tolist() == [[-1, -1, 3]]


@pytest.mark.parametrize("shape", [(1, 9, 9), (30,)])
def test_what_holds_for_every_corruption(shape):
    agree(Quantise(), shape)
