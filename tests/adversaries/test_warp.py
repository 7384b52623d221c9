import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.adversaries.warp import warped

RANDOM = np.random.default_rng(5)


def slow(image, recipe):
    """Return one plane moved by the definition, pixel by pixel: the inverse map, and bilinear interpolation."""
    turn, lower, further, zoom = recipe
    height, width = image.shape
    made = np.zeros_like(image)
    angle = np.deg2rad(turn)
    for row in range(height):
        for column in range(width):
            up, along = row - (height - 1) / 2 - lower * height, column - (width - 1) / 2 - further * width
            y = (np.cos(angle) * up + np.sin(angle) * along) / (1 + zoom) + (height - 1) / 2
            x = (-np.sin(angle) * up + np.cos(angle) * along) / (1 + zoom) + (width - 1) / 2
            for i in (int(np.floor(y)), int(np.floor(y)) + 1):
                for j in (int(np.floor(x)), int(np.floor(x)) + 1):
                    seen = image[min(max(i, 0), height - 1), min(max(j, 0), width - 1)]
                    made[row, column] += seen * (1 - abs(y - i)) * (1 - abs(x - j))
    return made


@pytest.mark.parametrize("recipe", [(20, 0, 0, 0), (-33, 0.1, -0.2, 0), (0, 0.07, 0.3, 0.2), (75, -0.4, 0.4, -0.3)])
@pytest.mark.parametrize("size", [(9, 9), (6, 11), (1, 5)])
def test_it_is_the_definition(recipe, size):
    x = RANDOM.random((2, 3, *size))
    other = (10.0, 0, 0.1, 0)
    made = warped(x, np.array([recipe, other]))
    for case, one in enumerate((recipe, other)):
        for plane in range(3):
            assert np.allclose(made[case, plane], slow(x[case, plane], one), atol=1e-12)


def test_whole_pixels_and_right_angles_are_exact():
    x = RANDOM.random((1, 2, 8, 8)).astype(np.float32)
    assert (warped(x, np.zeros((1, 4))) == x).all()
    down = warped(x, np.array([[0, 0.25, 0, 0]]))
    assert (down[..., 2:, :] == x[..., :-2, :]).all()
    assert (down[..., :2, :] == x[..., :1, :]).all()
    right = warped(x, np.array([[0, 0, 0.25, 0]]))
    assert (right[..., 2:] == x[..., :-2]).all()
    assert np.allclose(warped(x, np.array([[90.0, 0, 0, 0]])), np.rot90(x, axes=(2, 3)), atol=1e-6)
    larger = warped(np.pad(np.ones((1, 1, 2, 2)), ((0, 0), (0, 0), (3, 3), (3, 3))), np.array([[0, 0, 0, 1.0]]))
    assert larger.sum() == pytest.approx(16, rel=0.01)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[st.floats(-1, 1)] * 4), min_size=3, max_size=3), st.sampled_from([np.float32, np.float64]))
def test_numpy_and_torch_give_equal_bytes_and_neighbours_change_nothing(shares, dtype):
    x = (RANDOM.random((3, 2, 7, 6)) * 3 - 1).astype(dtype)
    recipe = np.array(shares) * [90, 0.5, 0.5, 0.5]
    made = warped(x, recipe)
    assert made.tobytes() == warped(torch.tensor(x), recipe).numpy().tobytes()
    alone = np.concatenate([warped(x[i : i + 1], recipe[i : i + 1]) for i in range(3)])
    assert made.tobytes() == alone.tobytes()
    same = np.repeat(recipe[:1], 3, axis=0)
    assert warped(x, same)[0].tobytes() == made[0].tobytes()
    assert made.min() >= x.min()
    assert made.max() <= x.max()
    assert made.dtype == dtype


def test_no_number_is_made_up():
    x = np.full((2, 1, 6, 6), 0.3)
    x[0, 0, 2, 2] = 7
    made = warped(x, np.tile([[0, 1 / 3, 0, 0]], (2, 1)))
    assert made[0, 0, 4, 2] == 7
    assert made.min() == 0.3
