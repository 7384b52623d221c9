import numpy as np
import pytest
from scipy.stats import poisson
from tests.adversaries.corruption.weather import agree, changed, images, streams

from seatrial.adversaries.corruption.shot import LARGE, SMALL, Shot, counts


@pytest.mark.parametrize(("size", "table"), [((3, 20, 17), SMALL), ((1, 224, 225), LARGE)])
@pytest.mark.parametrize("severity", [1, 3, 5])
def test_photons_are_counted_as_published(severity, size, table):
    x = np.rint(images(2, *size) * 255) / 255
    chance = ((streams(2).raw("corruption.shot", 16, size) >> 4) + 0.5) / 4096
    photons = table[severity - 1]
    expected = np.clip(poisson.ppf(chance, x * photons) / photons, 0, 1)
    assert np.allclose(changed(Shot(), x, severity), expected, atol=1e-12)


@pytest.mark.parametrize("severity", [1, 5])
def test_mean_and_variance_are_those_of_photons(severity):
    photons = SMALL[severity - 1]
    made = changed(Shot(), np.full((40, 900), 102 / 255), severity)
    assert made.mean() == pytest.approx(0.4, abs=3 * (0.4 / photons / made.size) ** 0.5)
    assert made.var() == pytest.approx(0.4 / photons, rel=0.05)


def test_the_table_is_the_distribution_to_one_part_in_4096():
    table = counts(50.0).reshape(256, 4096)
    for level in (1, 77, 255):
        share = np.bincount(table[level].astype(int), minlength=200) / 4096
        assert np.abs(np.cumsum(share) - poisson.cdf(np.arange(len(share)), level * 50 / 255)).max() < 1 / 4096


@pytest.mark.parametrize("shape", [(3, 8, 9), (40,)])
def test_what_holds_for_every_corruption(shape):
    agree(Shot(), shape)
