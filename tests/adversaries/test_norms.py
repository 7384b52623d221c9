from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from seatrial.adversaries.norms import SHRUNK, Room
from seatrial.errors import TrialError
from seatrial.records.batch import Attempts, Batch
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.trial import referee

IDS = tuple(bytes([at]) * 32 for at in range(12))
RANDOM = Random(b"n" * 32, IDS)
X = RANDOM.uniform("x", (3, 5, 7), np.zeros(1, dtype=np.float32))
BALLS = [
    *(Ball("linf", 0.1), Ball("l2", 0.7), Ball("l1", 3.0), Ball("l0", 5.0)),
    *(Ball("l2", 50.0), Ball("l1", 900.0), Ball("linf", 0.0), Ball("l0", 0.0), Ball("l0", 105.0)),
]


def obeys(ball, x, point):
    referee.check(ball, Batch(IDS, x), Attempts(point))


@pytest.mark.parametrize("ball", BALLS, ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_starts_steps_and_projections_stay_inside(ball, dtype):
    x = X.astype(dtype)
    room = Room.around(ball, x)
    point = room.start(RANDOM, "start")
    obeys(ball, x, point)
    for step in range(5):
        gradient = RANDOM.normal(f"gradient/{step}", X.shape[1:], x)
        point = room.uphill(point, gradient, 0.5)
        assert point.dtype == x.dtype
        obeys(ball, x, point)
    obeys(ball, x, room.inside(x + 100 * gradient))


@pytest.mark.parametrize("ball", BALLS[:4], ids=str)
@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, 1e38])
def test_a_gradient_that_is_no_direction_does_no_harm(ball, bad):
    room = Room.around(ball, X)
    gradient = np.full_like(X, bad)
    with np.errstate(over="ignore"):
        obeys(ball, X, room.uphill(room.x, gradient, 1.0))


def test_l0_keeps_the_largest_changes_that_fit_and_crosses_the_range():
    x = X * np.float32(0.5) + np.float32(0.25)
    room = Room.around(Ball("l0", 2.0), x)
    wish = x.copy()
    wish[:, 0, 0, 0], wish[:, 1, 1, 1], wish[:, 2, 2, 2] = x[:, 0, 0, 0] + 0.01, 9.0, -9.0
    found = room.inside(wish)
    assert (found[:, 0, 0, 0] == x[:, 0, 0, 0]).all()
    assert (found[:, 1, 1, 1] == 1).all()
    assert (found[:, 2, 2, 2] == 0).all()
    ahead = np.zeros_like(x)
    ahead[:, 1, 1, 1] = 1
    step = room.uphill(x, ahead, 1.0)
    assert (step[:, 1, 1, 1] == 1).all()
    assert ((step != x).reshape(12, -1).sum(axis=1) == 1).all()


@pytest.mark.parametrize("norm", ["linf", "l2", "l1", "l0"])
def test_numpy_and_torch_start_at_the_same_bytes(norm):
    ours = Room.around(Ball(norm, 0.5), X).start(RANDOM, "s")
    theirs = Room.around(Ball(norm, 0.5), torch.tensor(X)).start(RANDOM, "s")
    assert np.allclose(ours, theirs.numpy(), atol=1e-6)
    assert norm not in ("linf", "l0") or ours.tobytes() == theirs.numpy().tobytes()


def test_starts_differ_from_case_to_case_and_fill_the_ball():
    for norm, eps in (("linf", 0.1), ("l2", 0.5), ("l1", 2.0)):
        change = (Room.around(Ball(norm, eps, -9, 9), X).start(RANDOM, "s") - X).reshape(12, -1).astype(float)
        length = np.linalg.norm(change, ord={"linf": np.inf, "l2": 2, "l1": 1}[norm], axis=1)
        assert length.max() > 0.5 * eps
        assert len(set(length.tolist())) == 12


@pytest.mark.parametrize("seed", range(4))
def test_the_l1_projection_is_the_nearest_point_of_ball_and_box(seed):
    random = Random(bytes([seed]) * 32, IDS[:1])
    x = random.uniform("x", (6,), np.zeros(1))
    wish = x + random.normal("wish", (6,), np.zeros(1))
    ball = Ball("l1", 0.8)
    found = Room.around(ball, x).inside(wish)[0]

    def away(parts):
        return ((x[0] + parts[:6] - parts[6:] - wish[0]) ** 2).sum()

    room = [(0, v) for v in 1 - x[0]] + [(0, v) for v in x[0]]
    limit = {"type": "ineq", "fun": lambda parts: ball.eps * SHRUNK - parts.sum()}
    best = minimize(away, np.zeros(12), bounds=room, constraints=[limit], tol=1e-12)
    assert ((found - wish[0]) ** 2).sum() == pytest.approx(best.fun, abs=1e-5)


def test_a_point_inside_stays():
    for ball in BALLS[:3]:
        room = Room.around(ball, X)
        point = room.inside(X + (0.5 - X) * 0.001)
        assert np.allclose(point, X + (0.5 - X) * 0.001, atol=1e-7)


def test_an_unknown_norm_is_named():
    with pytest.raises(TrialError, match="no norm 'l3'"):
        Room.around(replace(BALLS[0], norm="l3"), X)
