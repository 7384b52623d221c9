import numpy as np
import pytest
from tests.adversaries.arena import fight
from tests.adversaries.searches import budget, wrong

from seatrial.adversaries.evasion.substitute import Substitute
from seatrial.controls.plants import Rule
from seatrial.errors import TrialError
from seatrial.records.batch import Batch
from seatrial.records.digest import column_digests
from seatrial.records.threat import Ball
from seatrial.testing.victims import Labels, cases, linear, reach


@pytest.mark.parametrize("labels", [False, True])
def test_what_it_learns_breaks_most_that_is_near_and_nothing_that_algebra_forbids(labels):
    victim = linear((12,), 3)
    batch = cases(victim, 32)
    distance = reach(victim, batch, "linf")
    eps = float(np.quantile(distance, 0.7))
    ball = Ball("linf", eps, -9, 9, queries=60)
    shown = fight(Substitute(queries=60), Labels(victim) if labels else victim, batch, ball, left=60)
    assert not shown.fallen[distance > eps].any()
    assert shown.fallen[distance < 0.6 * eps].all()
    assert set(shown.ledger.forwards[~shown.fallen].tolist()) == {60}
    assert shown.ledger.backwards.sum() == 0


@pytest.mark.parametrize("queries", [1, 2, 5, 13])
def test_a_budget_is_used_to_the_last_query(queries):
    budget(Substitute(), "linf", queries)


def test_a_case_that_is_wrong_as_it_is_costs_one_query():
    wrong(Substitute(), "l2")


def test_scores_are_no_answer_for_a_model_of_one_score():
    class Flat(Rule):
        def respond(self, inputs):
            return super().respond(inputs)[:, :1] * 0

    victim = Flat(lambda x: x.reshape(len(x), -1).sum(axis=1), (3,))
    inputs = np.full((2, 3), 0.5) + np.arange(2)[:, None] * 0.01
    batch = Batch(column_digests(inputs), inputs, np.zeros(2, dtype=int))
    with pytest.raises(TrialError):
        fight(Substitute(queries=10), victim, batch, Ball("linf", 0.1))
