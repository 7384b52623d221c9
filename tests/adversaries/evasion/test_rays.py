import numpy as np
import pytest
from tests.adversaries.arena import SEED, fight
from tests.adversaries.searches import budget, near, wrong

from seatrial.adversaries.evasion.rays import Rays, _ray
from seatrial.errors import TrialError
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.testing.victims import cases, linear


@pytest.mark.parametrize(
    ("shape", "norm", "share"), [((12,), "linf", 0.99), ((80,), "linf", 0.95), ((3, 6, 9), "linf", 0.95)]
)
def test_it_breaks_what_is_near_and_nothing_that_algebra_forbids(shape, norm, share):
    near(Rays(queries=800), shape, norm, share, labels=True)


@pytest.mark.parametrize("queries", [1, 2, 3, 17, 60, 300])
def test_a_budget_is_used_to_the_last_query(queries):
    budget(Rays(), "linf", queries, labels=True)


def test_a_case_that_is_wrong_as_it_is_costs_one_query():
    wrong(Rays(), "linf")


def test_it_has_one_norm():
    victim = linear((4,), 2)
    with pytest.raises(TrialError, match="has no l2 form"):
        fight(Rays(), victim, cases(victim, 2), Ball("l2", 0.1))


def test_starts_are_corners_and_differ_from_case_to_case():
    x = np.full((2, 1, 8, 8), 0.25, dtype=np.float32)
    random = Random(SEED, (b"a" * 32, b"b" * 32))
    made = [_ray(x, random, Ball("linf", 0.1), at) for at in range(8)]
    assert (made[0] == 1).all()
    assert (made[2] == 0).all()
    for one in made[3:]:
        assert set(np.unique(one).tolist()) <= {0.0, 1.0}
    assert any((one[0] != one[1]).any() for one in made[3:])
