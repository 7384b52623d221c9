import numpy as np

from seatrial.adversaries.kept import Kept


def take(kept, cases, points, reached, least):
    kept.take(np.array(cases), np.array(points)[:, None], np.array(reached), np.array(least))
    return kept.points[:, 0].tolist()


def test_nearer_counts_before_the_margin_and_nothing_worse_comes_in():
    start = np.zeros((3, 1))
    kept = Kept.of(start)
    far = np.inf
    assert take(kept, [0, 0, 2], [1.0, 2, 3], [far, far, far], [0.5, 0.2, 0.1]) == [2, 0, 3]
    assert take(kept, [0, 2, 2], [4.0, 5, 6], [9.0, 7, 8], [0.9, 0.9, -1]) == [4, 0, 5]
    assert take(kept, [0, 2], [7.0, 8], [far, 7.5], [-5.0, -5]) == [4, 0, 5]
    assert take(kept, [2], [9.0], [7.0], [0.1]) == [4, 0, 9]
    assert start.tolist() == [[0], [0], [0]]
