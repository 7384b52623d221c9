import numpy as np
import pytest
from tests.adversaries.arena import SEED, fight
from tests.adversaries.searches import budget, near, wrong

from seatrial.adversaries.cosines import order
from seatrial.adversaries.evasion.simba import SHELL, Simba
from seatrial.controls.plants import Linear
from seatrial.errors import TrialError
from seatrial.records.batch import Batch
from seatrial.records.digest import column_digests
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.testing.victims import Labels, cases, linear


@pytest.mark.parametrize(
    ("shape", "norm", "share"),
    [((3, 6, 9), "l2", 0.8), ((3, 6, 9), "linf", 0.7), ((12,), "linf", 0.99), ((80,), "l1", 0.99), ((80,), "l2", 0.99)],
)
def test_it_breaks_what_is_near_and_nothing_that_algebra_forbids(shape, norm, share):
    near(Simba(queries=400), shape, norm, share)


@pytest.mark.parametrize("queries", [1, 2, 3, 17, 40])
@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_a_budget_is_used_to_the_last_query(norm, queries):
    budget(Simba(), norm, queries)


def test_a_case_that_is_wrong_as_it_is_costs_one_query():
    wrong(Simba(), "linf")


def test_labels_alone_leave_it_blind():
    victim = linear((1, 6, 6), 2)
    shown = fight(Simba(queries=30), Labels(victim), cases(victim, 6), Ball("linf", 1e-4))
    assert set(shown.ledger.forwards.tolist()) == {30}
    assert not shown.fallen.any()


def test_each_case_has_an_order_of_its_own_and_slow_cosines_come_first():
    random = Random(SEED, (b"a" * 32, b"b" * 32))
    turns = order(random, "p", (1, 16, 16), lowest=SHELL)
    assert sorted(turns[0].tolist()) == list(range(256))
    assert (turns[0] != turns[1]).any()
    row, column = np.unravel_index(turns[0][:4], (16, 16))
    assert max(row.max(), column.max()) < 2


def test_an_unknown_basis_is_told():
    victim = linear((4,), 2)
    with pytest.raises(TrialError, match="no basis 'wavelets'"):
        fight(Simba(basis="wavelets"), victim, cases(victim, 2), Ball("linf", 0.1))


def test_single_numbers_find_a_weakness_of_single_numbers():
    """Only two of 64 numbers matter, so that a smooth wave hardly moves the margin."""
    weights = np.zeros((2, 64), dtype=np.float32)
    weights[1, [9, 50]] = 1.0
    victim = Linear(weights, np.array([0.0, -1.05], dtype=np.float32), (1, 8, 8))
    inputs = np.full((4, 1, 8, 8), 0.5, dtype=np.float32) + np.arange(4, dtype=np.float32)[:, None, None, None] * 1e-3
    batch = Batch(column_digests(inputs), inputs, np.zeros(4, dtype=int))
    ball = Ball("linf", 0.05)
    assert fight(Simba(queries=200, basis="pixels"), victim, batch, ball).fallen.all()
