import numpy as np
import pytest
from tests.adversaries.arena import fight
from tests.adversaries.searches import budget, near, wrong

from seatrial.adversaries.evasion.coordinates import Coordinates
from seatrial.controls.plants import Linear
from seatrial.records.batch import Batch
from seatrial.records.digest import column_digests
from seatrial.records.threat import Ball
from seatrial.testing.victims import Labels, cases, linear


@pytest.mark.parametrize(
    ("shape", "norm", "share"),
    [((3, 6, 9), "linf", 0.99), ((12,), "linf", 0.99), ((80,), "linf", 0.99), ((12,), "l2", 0.95), ((80,), "l1", 0.95)],
)
def test_it_breaks_what_is_near_and_nothing_that_algebra_forbids(shape, norm, share):
    near(Coordinates(queries=400), shape, norm, share)


@pytest.mark.parametrize("queries", [1, 2, 3, 17, 40])
@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_a_budget_is_used_to_the_last_query(norm, queries):
    budget(Coordinates(), norm, queries)


def test_a_case_that_is_wrong_as_it_is_costs_one_query():
    wrong(Coordinates(), "linf")


def test_labels_alone_leave_it_blind():
    victim = linear((1, 6, 6), 2)
    shown = fight(Coordinates(queries=30), Labels(victim), cases(victim, 6), Ball("linf", 1e-4))
    assert set(shown.ledger.forwards.tolist()) == {30}
    assert not shown.fallen.any()


def test_a_table_is_searched_one_reading_at_a_time():
    """Three readings, of which one decides: it falls within one round, up and down."""
    victim = Linear(np.array([[0, 0, 0], [0, 4, 0]], dtype=np.float32), np.array([0, -2.2], dtype=np.float32), (3,))
    inputs = np.full((5, 3), 0.5, dtype=np.float32) + np.arange(5, dtype=np.float32)[:, None] * 1e-3
    batch = Batch(column_digests(inputs), inputs, np.zeros(5, dtype=int))
    shown = fight(Coordinates(queries=50), victim, batch, Ball("linf", 0.1))
    assert shown.fallen.all()
    assert shown.ledger.forwards.max() <= 7
