import numpy as np
import pytest
import torch

from seatrial.adversaries.lengths import largest, length, pressed, ranged, width, within
from seatrial.records.threat import NORMS, Ball

RNG = np.random.default_rng(0)
CHANGE = RNG.normal(size=(6, 9))
RADIUS = np.array([0.0, 0.3, 1.0, 2.0, 3.0, 50.0])
SIZE = {
    "linf": lambda d: np.abs(d).max(axis=1),
    "l2": lambda d: np.linalg.norm(d, axis=1),
    "l1": lambda d: np.abs(d).sum(axis=1),
    "l0": lambda d: (d != 0).sum(axis=1),
}


@pytest.mark.parametrize("norm", NORMS)
def test_length_is_the_norm_in_numpy_and_torch(norm):
    assert length(norm, CHANGE) == pytest.approx(SIZE[norm](CHANGE))
    assert length(norm, torch.tensor(CHANGE)).numpy() == pytest.approx(SIZE[norm](CHANGE))


def test_the_length_of_huge_and_of_no_changes():
    assert length("l2", np.full((1, 4), 1e30, dtype=np.float32)) == pytest.approx(2e30)
    assert length("l2", np.zeros((1, 4))).tolist() == [0]


@pytest.mark.parametrize("norm", NORMS)
def test_within_stays_inside_and_nothing_inside_is_nearer(norm):
    made = within(norm, CHANGE, RADIUS)
    assert (SIZE[norm](made) <= RADIUS * (1 + 1e-6) + 1e-9).all()
    assert (made[-1] == pytest.approx(CHANGE[-1])) if norm != "l0" else (made[-1] == CHANGE[-1]).all()
    away = np.linalg.norm(made - CHANGE, axis=1)
    for _ in range(100):
        other = within(norm, made + RNG.normal(size=made.shape) * 0.1, RADIUS)
        assert (away <= np.linalg.norm(other - CHANGE, axis=1) + 1e-5).all()


def test_the_meeting_of_an_l1_ball_and_a_box():
    low, high = np.full_like(CHANGE, -0.5), np.full_like(CHANGE, 0.4)
    made = pressed(CHANGE, low, high, RADIUS)
    assert ((made >= low) & (made <= high)).all()
    assert (SIZE["l1"](made) <= RADIUS + 1e-5).all()
    cut = np.clip(CHANGE, low, high)
    assert made[-1] == pytest.approx(cut[-1])
    away = np.linalg.norm(made - CHANGE, axis=1)
    for _ in range(200):
        other = np.clip(made + RNG.normal(size=made.shape) * 0.05, low, high)
        other *= np.minimum(1, RADIUS / np.maximum(SIZE["l1"](other), 1e-12))[:, None]
        assert (away <= np.linalg.norm(other - CHANGE, axis=1) + 1e-4).all()


def test_of_equal_worth_the_first_are_kept_and_never_more_than_asked():
    kept = largest(np.ones((2, 4)), np.array([[1.0, 1, 1, 1], [0, 3, 3, 3]]), np.array([2.0, 2.0]))
    assert kept.tolist() == [[1, 1, 0, 0], [0, 1, 1, 0]]


def test_the_range_leaves_room_whatever_the_radius_and_what_is_outside_may_only_stay():
    x = np.array([[0.2, 1.5, -1.0]])
    low, high = ranged(Ball("l2", 0.01), x)
    assert low.tolist() == [[0, 1.5, -1]]
    assert high.tolist() == [[1, 1.5, -1]]


@pytest.mark.parametrize(("norm", "moved"), [("linf", 0.6), ("l2", 0.1), ("l1", 0.6 / 36), ("l0", 0.6 / 36)])
def test_how_far_each_number_moves_if_all_move_alike(norm, moved):
    assert width(Ball(norm, 0.6), np.zeros((2, 4, 9))) == pytest.approx(moved)
