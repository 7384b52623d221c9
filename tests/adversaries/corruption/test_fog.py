import numpy as np
import pytest
from tests.adversaries.corruption.test_plasma import slow as swaths
from tests.adversaries.corruption.weather import agree, changed, images, streams

from seatrial.adversaries.corruption.fog import LARGE, SMALL, Fog


@pytest.mark.parametrize(
    ("size", "side", "severity", "table"),
    [*(((32, 32), 32, at, SMALL) for at in range(1, 6)), ((20, 33), 64, 3, SMALL), ((224, 224), 256, 2, LARGE)],
)
def test_fog_is_laid_over_as_published(size, side, severity, table):
    x = images(1, 3, *size) * 0.9
    drawn = streams(1).raw("corruption.fog", 32, (side, side))[0] * 2.0**-31 - 1
    thick, decay = table[severity - 1]
    most = x.max()
    fog = swaths(drawn, decay)[: size[0], : size[1]]
    assert np.allclose(changed(Fog(), x, severity)[0], (x[0] + thick * fog) * most / (most + thick), atol=1e-9)


@pytest.mark.parametrize("shape", [(3, 20, 23), (1, 5, 4)])
def test_what_holds_for_every_corruption(shape):
    agree(Fog(), shape)
