import pytest
from tests.adversaries.arena import fight
from tests.adversaries.searches import budget, near, wrong

from seatrial.adversaries.evasion.boundary import Boundary
from seatrial.errors import TrialError
from seatrial.records.threat import Ball
from seatrial.testing.victims import cases, linear


@pytest.mark.parametrize(("shape", "norm", "share"), [((12,), "l2", 0.9), ((80,), "l2", 0.6), ((3, 6, 9), "l2", 0.45)])
def test_it_breaks_what_is_near_and_nothing_that_algebra_forbids(shape, norm, share):
    near(Boundary(queries=800), shape, norm, share, labels=True)


@pytest.mark.parametrize("queries", [1, 2, 3, 17, 60, 300])
def test_a_budget_is_used_to_the_last_query(queries):
    budget(Boundary(), "l2", queries, labels=True)


def test_a_case_that_is_wrong_as_it_is_costs_one_query():
    wrong(Boundary(), "l2")


def test_it_has_one_norm():
    victim = linear((4,), 2)
    with pytest.raises(TrialError, match="has no linf form"):
        fight(Boundary(), victim, cases(victim, 2), Ball("linf", 0.1))
