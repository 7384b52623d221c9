import numpy as np
import pytest

from seatrial.adversaries.corruption.plasma import plasma


def slow(drawn, decay):
    """Return one cloud, point by point."""
    side = len(drawn)
    made, step, strength = np.zeros((side, side)), side, 100.0
    while step >= 2:
        half = step // 2
        for row in range(0, side, step):
            for column in range(0, side, step):
                corners = [made[(row + a) % side, (column + b) % side] for a in (0, step) for b in (0, step)]
                place = row + half, column + half
                made[place] = sum(corners) / 4 + strength**2 * drawn[place]
        for first, second in ((0, half), (half, 0)):
            for row in range(first, side, step):
                for column in range(second, side, step):
                    around = [(row - half, column), (row + half, column), (row, column - half), (row, column + half)]
                    mean = sum(made[a % side, b % side] for a, b in around) / 4
                    made[row, column] = mean + strength**2 * drawn[row, column]
        step, strength = half, strength / decay
    made -= made.min()
    return made / made.max()


@pytest.mark.parametrize(("side", "decay"), [(2, 3.0), (4, 1.4), (32, 1.75), (64, 3.0)])
def test_it_is_the_diamond_square_algorithm(side, decay):
    drawn = np.random.default_rng(side).uniform(-1, 1, (3, side, side))
    for case, cloud in enumerate(plasma(drawn, decay)):
        assert np.allclose(cloud, slow(drawn[case], decay), atol=1e-12)


def test_no_wind_no_clouds():
    assert not plasma(np.zeros((1, 8, 8)), 2.0).any()
