import numpy as np
import pytest
import torch
from tests.adversaries.arena import fight
from tests.adversaries.searches import budget, near, wrong

from seatrial.adversaries.evasion.spsa import Spsa
from seatrial.records.threat import Ball
from seatrial.testing.victims import Labels, TorchLinear, cases, linear, reach


@pytest.mark.parametrize(
    ("shape", "norm", "share"),
    [((3, 6, 9), "l2", 0.55), ((12,), "linf", 0.95), ((80,), "linf", 0.75), ((12,), "l1", 0.85), ((80,), "l2", 0.75)],
)
def test_it_breaks_what_is_near_and_nothing_that_algebra_forbids(shape, norm, share):
    near(Spsa(queries=400), shape, norm, share)


@pytest.mark.parametrize("queries", [1, 2, 3, 17, 40])
@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_a_budget_is_used_to_the_last_query(norm, queries):
    budget(Spsa(), norm, queries)


def test_a_case_that_is_wrong_as_it_is_costs_one_query():
    wrong(Spsa(), "linf")


def test_labels_alone_leave_it_blind():
    victim = linear((1, 6, 6), 2)
    shown = fight(Spsa(queries=30), Labels(victim), cases(victim, 6), Ball("linf", 1e-4))
    assert set(shown.ledger.forwards.tolist()) == {30}
    assert not shown.fallen.any()


def test_it_looks_over_a_staircase():
    """A network with rounded inputs has no gradient anywhere; probes that reach further than a step do not care."""

    class Rounded(TorchLinear):
        def _scores(self, x):
            return super()._scores(torch.round(x * 16) / 16)

    victim = linear((1, 6, 6), 2)
    batch = cases(victim, 24)
    eps = float(np.median(reach(victim, batch, "linf"))) * 2 + 1 / 16
    assert fight(Spsa(queries=300), Rounded(victim), batch, Ball("linf", eps)).fallen.mean() > 0.4
