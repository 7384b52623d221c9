import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, map_coordinates
from tests.adversaries.corruption.weather import agree, changed, images, streams

from seatrial.adversaries.corruption.elastic import LARGE, SMALL, Elastic


def slow(image, numbers, corners, field):
    """Return one image stretched by scipy: three points are moved, then every pixel."""
    force, soft, shift = numbers
    height, width = image.shape[1:]
    middle, arm = np.array([height, width]) // 2, min(height, width) // 3
    before = np.array([middle + arm, [middle[0] + arm, middle[1] - arm], middle - arm], dtype=float)
    after = before + corners * shift
    affine = np.linalg.solve(np.hstack([before, np.ones((3, 1))]), after).T
    matrix = np.linalg.inv(np.vstack([affine, [0, 0, 1]]))[:2]
    down, right = np.mgrid[:height, :width].astype(float)
    come = np.tensordot(matrix, np.stack([right, down, np.ones_like(down)]), 1)
    image = np.stack([map_coordinates(plane, (come[1], come[0]), order=1, mode="mirror") for plane in image])
    waves = [gaussian_filter(part, soft, mode="reflect", truncate=3.0) * force if soft else 0 * part for part in field]
    place = down + waves[0], right + waves[1]
    return np.stack([map_coordinates(plane, place, order=1, mode="reflect") for plane in image])


@pytest.mark.parametrize(
    ("size", "severity", "table"),
    [
        *(((32, 32), at, SMALL) for at in range(1, 6)),
        ((32, 40), 3, SMALL),
        *(((224, 224), at, LARGE) for at in (1, 2, 5)),
    ],
)
def test_it_is_the_published_map(size, severity, table):
    x = images(2, 2, *size)
    corners = streams(2).raw("corruption.elastic.corners", 32, (3, 2)) * 2.0**-31 - 1
    field = streams(2).raw("corruption.elastic.field", 32, (2, *size)) * 2.0**-31 - 1
    made = changed(Elastic(), x, severity)
    for case in range(2):
        assert np.allclose(made[case], slow(x[case], table[severity - 1], corners[case], field[case]), atol=1e-8)


def test_small_images_are_stretched_by_the_same_share():
    x = images(1, 1, 16, 16)
    corners = streams(1).raw("corruption.elastic.corners", 32, (3, 2)) * 2.0**-31 - 1
    field = streams(1).raw("corruption.elastic.field", 32, (2, 16, 16)) * 2.0**-31 - 1
    half = [number / 2 for number in SMALL[2]]
    assert np.allclose(changed(Elastic(), x, 3)[0], slow(x[0], half, corners[0], field[0]), atol=1e-8)


@pytest.mark.parametrize("shape", [(3, 20, 23), (1, 5, 4)])
def test_what_holds_for_every_corruption(shape):
    agree(Elastic(), shape)
