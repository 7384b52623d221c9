import numpy as np
import pytest
from tests.adversaries.corruption.weather import agree, changed, images, streams

from seatrial.adversaries.corruption.speckle import LARGE, SMALL, Speckle


@pytest.mark.parametrize(("size", "table"), [((3, 20, 17), SMALL), ((1, 224, 225), LARGE)])
@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
def test_noise_is_multiplied_as_published(severity, size, table):
    x = images(2, *size)
    drawn = streams(2).grain("corruption.speckle", size)
    assert np.allclose(changed(Speckle(), x, severity), np.clip(x + x * drawn * table[severity - 1], 0, 1), atol=1e-7)


def test_black_stays_black():
    assert not changed(Speckle(), np.zeros((2, 1, 5, 5)), 5).any()


@pytest.mark.parametrize("shape", [(3, 8, 9), (40,)])
def test_what_holds_for_every_corruption(shape):
    agree(Speckle(), shape)
