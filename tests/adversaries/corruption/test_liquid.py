import heapq

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from seatrial.adversaries.corruption.liquid import depth, edges, equalised, summed


def shade(picture, kernel):
    """Return weighted sums of each pixel and its neighbours, pixel by pixel, mirrored."""
    wide = np.pad(np.asarray(picture, dtype=float), 1, mode="reflect")
    height, width = picture.shape
    weights = np.asarray(kernel)
    return np.array([[(wide[a : a + 3, b : b + 3] * weights).sum() for b in range(width)] for a in range(height)])


def even(picture):
    """Return one picture with its histogram equalised, level by level."""
    flat = picture.reshape(-1)
    first = flat.min()
    rest = (flat > first).sum()
    if not rest:
        return picture
    levels = {level: np.rint(((flat > first) & (flat <= level)).sum() * 255 / rest) for level in np.unique(flat)}
    return np.array([levels[level] for level in flat]).reshape(picture.shape)


def drops(seed, soft=2.0, size=(40, 37)):
    layer = gaussian_filter(np.random.default_rng(seed).normal(0.65, 0.3, size), soft)
    return np.where(layer < 0.68, 0, layer * 255).astype(np.uint8)


def slopes(picture):
    """Return Sobel's slopes of one picture to the right and down."""
    wide, kernel = np.pad(picture.astype(int), 1, mode="edge"), np.outer([1, 2, 1], [-1, 0, 1])
    cuts = [[wide[a : a + 3, b : b + 3] for b in range(picture.shape[1])] for a in range(picture.shape[0])]
    return tuple(np.array([[(cut * weights).sum() for cut in line] for line in cuts]) for weights in (kernel, kernel.T))


def top(size, right, down, place):
    """Return whether the gradient is largest here along its own direction; `size` has a border of zeros."""
    a, b = place
    own, x, y = size[a + 1, b + 1], abs(right[place]), abs(down[place])
    if y < x * np.tan(np.pi / 8):
        return own > size[a + 1, b] and own >= size[a + 1, b + 2]
    if y > x * np.tan(3 * np.pi / 8):
        return own > size[a, b + 1] and own >= size[a + 2, b + 1]
    step = -1 if (right[place] < 0) != (down[place] < 0) else 1
    return own > size[a, b + 1 - step] and own > size[a + 2, b + 1 + step]


def ridges(picture, weak, strong):
    """Return Canny's edges of one picture, pixel by pixel, with a stack for what hangs together."""
    right, down = slopes(picture)
    size = np.abs(right) + np.abs(down)
    wide = np.pad(size, 1)
    found = {at for at in np.ndindex(size.shape) if size[at] > weak and top(wide, right, down, at)}
    stack = [at for at in found if size[at] > strong]
    kept = np.zeros(size.shape, dtype=bool)
    while stack:
        a, b = stack.pop()
        kept[a, b] = True
        stack += [at for at in found if not kept[at] and max(abs(at[0] - a), abs(at[1] - b)) == 1]
    return kept


def test_edges_are_those_of_canny_for_each_picture_alone():
    pictures = np.stack([drops(seed) for seed in range(4)])
    made = edges(pictures, 50, 150)
    assert made.any(axis=(1, 2)).all()
    for picture, found in zip(pictures, made, strict=True):
        assert (found == ridges(picture, 50, 150)).all()


def test_no_drop_no_edge():
    assert not edges(np.full((2, 9, 9), 77, dtype=np.uint8), 50, 150).any()


def test_depth_is_the_shortest_way_in_three_kinds_of_steps():
    shores = np.random.default_rng(1).random((2, 14, 17)) < 0.02
    shores[0, 3, 3] = True
    shores[1] = False
    shores[1, 13, 0] = True
    moves = [(a, b, {1: 1.0, 2: 1.4, 5: 2.1969}.get(a * a + b * b)) for a in range(-2, 3) for b in range(-2, 3)]
    for case in range(2):
        away = np.full(shores[case].shape, 9.0)
        queue = [(0.0, int(a), int(b)) for a, b in zip(*np.nonzero(shores[case]), strict=True)]
        while queue:
            cost, a, b = heapq.heappop(queue)
            if not (0 <= a < 14 and 0 <= b < 17) or cost >= away[a, b]:
                continue
            away[a, b] = cost
            for down, right, step in moves:
                if step:
                    heapq.heappush(queue, (cost + step, a + down, b + right))
        assert np.allclose(depth(shores, 9.0)[case], away, atol=1e-5)


def test_levels_are_spread_evenly():
    pictures = np.stack([drops(8), np.full((40, 37), 5, dtype=np.uint8)])
    made = equalised(pictures)
    assert (made[0] == even(pictures[0].astype(int))).all()
    assert (made[1] == 5).all()


@pytest.mark.parametrize("size", [(5, 6), (2, 2), (1, 4)])
def test_sums_of_neighbours(size):
    picture = np.random.default_rng(5).random(size).astype(np.float32)
    kernel = (1, 2, 3), (4, 0, -6), (7, 8, 9)
    made = summed(picture[None], kernel)[0]
    assert made.shape == size
    if min(size) > 1:
        assert np.allclose(made, shade(picture, kernel), atol=1e-4)
