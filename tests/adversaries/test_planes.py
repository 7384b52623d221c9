import numpy as np
import pytest
import torch
from scipy.optimize import linprog, minimize

from seatrial.adversaries.planes import reaching

RNG = np.random.default_rng(1)
SLOPE = RNG.normal(size=(12, 7))
SLOPE[0, 2] = 0.0
LOW, HIGH = -RNG.random((12, 7)), RNG.random((12, 7))
MOST = np.maximum(SLOPE * LOW, SLOPE * HIGH).sum(axis=1)
OFFSET = MOST * np.linspace(0.05, 0.95, 12)
ORDERS = {"linf": np.inf, "l2": 2, "l1": 1}


def best(norm, row):
    """Return the norm of the smallest change, by a solver."""
    g, low, high, b = SLOPE[row], LOW[row], HIGH[row], OFFSET[row]
    if norm == "l2":
        at = {"type": "eq", "fun": lambda d: g @ d - b}
        start = np.where(g > 0, high, low) * b / MOST[row]
        made = minimize(lambda d: d @ d, start, bounds=list(zip(low, high, strict=True)), constraints=[at], tol=1e-14)
        return np.sqrt(made.fun)
    size = len(g)
    if norm == "l1":
        bounds = [(0, h) for h in high] + [(0, -v) for v in low]
        return linprog(np.ones(2 * size), A_eq=[np.r_[g, -g]], b_eq=[b], bounds=bounds).fun
    sides = np.block([[np.eye(size), -np.ones((size, 1))], [-np.eye(size), -np.ones((size, 1))]])
    bounds = [*zip(low, high, strict=True), (0, None)]
    return linprog(
        np.r_[np.zeros(size), 1], A_ub=sides, b_ub=np.zeros(2 * size), A_eq=[np.r_[g, 0]], b_eq=[b], bounds=bounds
    ).fun


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_it_is_the_smallest_change_that_reaches_the_plane_in_the_box(norm):
    made = reaching(norm, SLOPE, OFFSET, LOW, HIGH)
    assert ((made >= LOW) & (made <= HIGH)).all()
    assert (made * SLOPE).sum(axis=1) == pytest.approx(OFFSET, rel=1e-4)
    size = np.linalg.norm(made, ord=ORDERS[norm], axis=1)
    assert size == pytest.approx([best(norm, row) for row in range(12)], rel=1e-3)


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_what_is_out_of_reach_gives_the_corner_and_what_is_reached_nothing(norm):
    corner = reaching(norm, SLOPE, MOST * 2, LOW, HIGH)
    assert (corner * SLOPE).sum(axis=1) == pytest.approx(MOST, rel=1e-3)
    assert not reaching(norm, SLOPE, -OFFSET, LOW, HIGH).any()
    assert not reaching(norm, SLOPE * 0, OFFSET, LOW, HIGH).any()


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_torch_gives_the_same(norm):
    ours = reaching(norm, SLOPE, OFFSET, LOW, HIGH)
    theirs = reaching(norm, *(torch.tensor(part) for part in (SLOPE, OFFSET, LOW, HIGH)))
    assert theirs.numpy() == pytest.approx(ours, abs=1e-9)
