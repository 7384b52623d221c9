import io

import numpy as np
import pytest
from PIL import Image

from seatrial.reports.png import encode


@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (3, 5, 3), (300, 300), (160, 200, 3)])
def test_another_program_reads_the_same_pixels(shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    with Image.open(io.BytesIO(encode(pixels))) as picture:
        assert picture.mode == ("RGB" if len(shape) == 3 else "L")
        assert np.array_equal(np.asarray(picture), pixels)


def test_the_bytes_rest_on_no_compressor():
    data = encode(np.zeros((300, 300), np.uint8))
    assert len(data) == 8 + 25 + 12 + 12 + 2 + 4 + 300 * 301 + 5 * -(-300 * 301 // 65535)
