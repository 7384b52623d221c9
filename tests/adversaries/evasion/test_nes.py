import pytest
from tests.adversaries.arena import fight
from tests.adversaries.searches import budget, near, wrong

from seatrial.adversaries.evasion.nes import Nes
from seatrial.records.threat import Ball
from seatrial.testing.victims import Labels, Tied, cases, linear


@pytest.mark.parametrize(
    ("shape", "norm", "share"),
    [((3, 6, 9), "l2", 0.65), ((12,), "linf", 0.95), ((80,), "linf", 0.75), ((12,), "l1", 0.95), ((80,), "l2", 0.95)],
)
def test_it_breaks_what_is_near_and_nothing_that_algebra_forbids(shape, norm, share):
    near(Nes(queries=400), shape, norm, share)


@pytest.mark.parametrize("queries", [1, 2, 3, 17, 40])
@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_a_budget_is_used_to_the_last_query(norm, queries):
    budget(Nes(), norm, queries)


def test_a_case_that_is_wrong_as_it_is_costs_one_query():
    wrong(Nes(), "linf")


def test_labels_alone_leave_it_blind():
    victim = linear((1, 6, 6), 2)
    shown = fight(Nes(queries=30), Labels(victim), cases(victim, 6), Ball("linf", 1e-4))
    assert set(shown.ledger.forwards.tolist()) == {30}
    assert not shown.fallen.any()


def test_it_sees_no_gradient_where_all_scores_are_one():
    batch = cases(linear((1, 5, 5), 3), 6)
    shown = fight(Nes(queries=40), Tied(), batch, Ball("linf", 0.1))
    assert not shown.fallen.any()
    assert set(shown.ledger.forwards.tolist()) == {40}
