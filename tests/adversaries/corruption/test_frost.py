import numpy as np
import pytest
from tests.adversaries.corruption.weather import agree, changed, images, streams

from seatrial.adversaries.corruption.crystals import panes
from seatrial.adversaries.corruption.frost import LARGE, SMALL, Frost


@pytest.mark.parametrize(
    ("size", "whole", "severity", "table"),
    [*(((32, 32), 102, at, SMALL) for at in range(1, 6)), ((20, 200), 102, 3, SMALL), ((224, 230), 512, 2, LARGE)],
)
def test_a_part_of_a_pane_is_added_as_published(size, whole, severity, table):
    x = images(3, 3, *size)
    which = streams(3).integers("corruption.frost", 5, (), np.zeros(1))
    corner = streams(3).integers("corruption.frost.corner", whole, (2,), np.zeros(1))
    seen, frozen = table[severity - 1]
    made = changed(Frost(), x, severity)
    for case in range(3):
        tiled = np.tile(panes(whole)[which[case]], (1, 3, 4))
        top, left = corner[case]
        part = tiled[:, top : top + size[0], left : left + size[1]]
        assert np.allclose(made[case], np.clip(seen * x[case] + frozen * part, 0, 1), atol=1e-6)


def test_grey_images_get_grey_frost():
    x = images(1, 1, 32, 32) * 0.1
    colour = changed(Frost(), np.repeat(x, 3, axis=1), 2)
    grey = np.tensordot([0.299, 0.587, 0.114], colour[0], 1)
    assert np.allclose(changed(Frost(), x, 2)[0, 0], grey, atol=1e-6)


@pytest.mark.parametrize("shape", [(3, 20, 23), (1, 5, 4)])
def test_what_holds_for_every_corruption(shape):
    agree(Frost(), shape)
