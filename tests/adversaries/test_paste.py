"""What is pasted stays in its rectangle, is shown as it says, and is pulled back exactly."""

import numpy as np
import pytest
import torch

from seatrial.adversaries.paste import Paste, Place, rectangles
from seatrial.errors import TrialError

RANDOM = np.random.default_rng(6)


def place(*columns):
    return Place(*(np.array(column) for column in columns))


def test_contents_are_shown_as_they_are_and_nothing_else_changes() -> None:
    x, canvas = RANDOM.random((2, 3, 8, 9)).astype(np.float32), RANDOM.random((2, 3, 4, 4)).astype(np.float32)
    made, _ = Paste(x, place([1, 5], [2, 6], [4, 3], [2, 3]), 0, 1, canvas=(4, 4)).made(canvas)
    assert (made[0, :, 1:5, 2:4] == canvas[0, :, :4, :2]).all()
    assert (made[1, :, 5:8, 6:9] == canvas[1, :, :3, :3]).all()
    changed = (made != x).any(axis=1)
    assert changed[0].sum() == 8
    assert changed[1].sum() == 9


@pytest.mark.parametrize("scaled", [True, False])
def test_the_pull_back_is_the_transposed_map(scaled) -> None:
    x, canvas = RANDOM.uniform(0.2, 0.8, (3, 2, 9, 9)), RANDOM.uniform(0.2, 0.8, (3, 2, 5, 5))
    light = np.array([1.0, 0.8, 0.5])
    paste = Paste(x, place([0, 3, 5], [4, 0, 6], [5, 4, 3], [4, 5, 3]), 0, 1, scaled, (5, 5), light)
    g, step = RANDOM.normal(size=x.shape), RANDOM.normal(size=canvas.shape) * 1e-3
    made, back = paste.made(canvas)
    change = ((paste.made(canvas + step)[0] - made) * g).sum(axis=(1, 2, 3))
    assert np.allclose(change, (back(g) * step).sum(axis=(1, 2, 3)))


def test_light_is_above_the_low_end_and_a_shrunk_picture_is_whole() -> None:
    x, canvas = np.zeros((1, 1, 8, 8)), np.ones((1, 1, 4, 4))
    canvas[..., :2, :] = -1.0
    paste = Paste(x, place([2], [2], [2], [2]), -1, 1, scaled=True, canvas=(4, 4), light=np.array([0.5]))
    shown = paste.made(canvas)[0][0, 0, 2:4, 2:4]
    assert shown.tolist() == [[-1.0, -1.0], [0.0, 0.0]]


def test_torch_and_neighbours_change_no_byte() -> None:
    x, canvas = RANDOM.random((3, 2, 9, 9)).astype(np.float32), RANDOM.random((3, 2, 5, 5)).astype(np.float32)
    paste = Paste(x, place([0, 3, 5], [4, 0, 6], [5, 4, 3], [4, 5, 3]), 0, 1, True, (5, 5), np.array([1, 0.9, 0.8]))
    theirs = Paste(torch.tensor(x), paste.place, 0, 1, True, (5, 5), paste.light)
    made, _ = paste.made(canvas)
    assert made.tobytes() == theirs.made(torch.tensor(canvas))[0].numpy().tobytes()
    assert paste.at([1]).made(canvas[1:2])[0].tobytes() == made[1:2].tobytes()


SIZES = [(28, 28), (32, 32), (7, 50), (1, 9), (224, 200)]


@pytest.mark.parametrize(
    ("size", "share"),
    [(one, share) for one in SIZES for share in (0.02, 0.1, 0.25, 1.0) if share * one[0] * one[1] > 1],
)
def test_rectangles_fit_and_leave_little_unused(size, share) -> None:
    for tall, wide in rectangles(size, share, (1.0, 2.0, 0.5)):
        area = share * size[0] * size[1]
        assert 1 <= tall <= size[0]
        assert 1 <= wide <= size[1]
        assert tall * wide <= area + 1e-6
        assert tall * wide > 0.7 * area - 1 or wide == size[1]


@pytest.mark.parametrize("share", [0, -1, 1.5, 0.001])
def test_a_patch_of_no_pixel_or_larger_than_the_image_is_refused(share) -> None:
    with pytest.raises(TrialError, match="must have a pixel, and fit into the image"):
        rectangles((8, 8), share)
