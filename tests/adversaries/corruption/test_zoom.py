import numpy as np
import pytest
from tests.adversaries.corruption.test_zoomed import slow
from tests.adversaries.corruption.weather import agree, changed, images

from seatrial.adversaries.corruption.zoom import LARGE, SMALL, Zoom


@pytest.mark.parametrize(
    ("size", "severity", "table"),
    [
        *(((32, 32), at, SMALL) for at in range(1, 6)),
        ((32, 47), 3, SMALL),
        ((224, 224), 1, LARGE),
        ((224, 224), 5, LARGE),
    ],
)
def test_enlarged_images_are_averaged_as_published(size, severity, table):
    x = images(1, 2, *size)
    end, step = table[severity - 1]
    factors = np.arange(1, end, step)
    expected = (x[0] + sum(slow(x[0], factor) for factor in factors)) / (len(factors) + 1)
    assert np.allclose(changed(Zoom(), x, severity)[0], expected, atol=1e-9)


@pytest.mark.parametrize("shape", [(3, 20, 23), (1, 5, 4)])
def test_what_holds_for_every_corruption(shape):
    agree(Zoom(), shape)
