import numpy as np
import pytest
from tests.adversaries.arena import fight
from tests.adversaries.searches import budget, near, wrong

from seatrial.adversaries.evasion.surfree import SurFree
from seatrial.controls.plants import Linear
from seatrial.errors import TrialError
from seatrial.records.threat import Ball
from seatrial.testing.victims import Labels, cases, linear, reach


@pytest.mark.parametrize(("shape", "norm", "share"), [((12,), "l2", 0.95), ((80,), "l2", 0.9)])
def test_it_breaks_what_is_near_and_nothing_that_algebra_forbids(shape, norm, share):
    near(SurFree(queries=800), shape, norm, share, labels=True)


@pytest.mark.parametrize("queries", [1, 2, 3, 17, 60, 300])
def test_a_budget_is_used_to_the_last_query(queries):
    budget(SurFree(), "l2", queries, labels=True)


def test_a_case_that_is_wrong_as_it_is_costs_one_query():
    wrong(SurFree(), "l2")


def test_it_has_one_norm():
    victim = linear((4,), 2)
    with pytest.raises(TrialError, match="has no linf form"):
        fight(SurFree(), victim, cases(victim, 2), Ball("linf", 0.1))


def test_smooth_directions_help_where_the_boundary_is_smooth():
    side = np.linspace(-1, 1, 16)
    weights = (side[:, None] + side[None, :]).reshape(-1)
    both = np.stack([-weights / 2, weights / 2]).astype(np.float32)
    victim = Labels(Linear(both, -0.5 * both.sum(axis=1), (1, 16, 16)))
    batch = cases(victim.inner, 24)
    eps = float(np.quantile(reach(victim.inner, batch, "l2"), 0.9))
    slow, every = (
        fight(SurFree(queries=200, share=share), victim, batch, Ball("l2", eps, -9, 9)).fallen.sum()
        for share in (0.25, 1.0)
    )
    assert slow > every
