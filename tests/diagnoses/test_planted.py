import numpy as np

from seatrial.diagnoses.planted import planted, readout


def test_a_readout_lies_between_the_planted_point_and_the_others() -> None:
    drawn = np.random.default_rng(3).normal(size=(6, 5, 4))
    there = drawn.mean(axis=1) + np.array([5.0, -5.0, 0.0, 0.0])
    weights, border, able = readout(drawn, there)
    assert able.all()
    assert (np.einsum("npi,ni->np", drawn, weights) < border[:, None]).all()
    assert ((there * weights).sum(axis=1) > border).all()


def test_points_that_look_alike_cannot_be_told_apart() -> None:
    same = np.ones((3, 5, 4))
    _, _, able = readout(same, same[:, 0])
    assert not able.any()
    assert planted(np.zeros(3, dtype=bool), able).cases == 0
    assert not planted(np.zeros(3, dtype=bool), able).found


def test_missing_more_than_a_tenth_of_the_planted_points_is_a_sign() -> None:
    able = np.ones(10, dtype=bool)
    assert not planted(np.arange(10) > 0, able).found
    assert planted(np.arange(10) > 1, able).found
