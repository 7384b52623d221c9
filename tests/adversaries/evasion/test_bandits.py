import numpy as np
import pytest
from tests.adversaries.arena import fight
from tests.adversaries.searches import budget, near, wrong

from seatrial.adversaries.evasion.bandits import Bandits, _mended, _small, _spread
from seatrial.controls.plants import Linear, streams
from seatrial.records.threat import Ball
from seatrial.testing.victims import Labels, cases, linear, reach


@pytest.mark.parametrize(
    ("shape", "norm", "share"), [((12,), "linf", 0.95), ((80,), "linf", 0.6), ((12,), "l1", 0.95), ((80,), "l2", 0.9)]
)
def test_it_breaks_what_is_near_and_nothing_that_algebra_forbids(shape, norm, share):
    near(Bandits(queries=400), shape, norm, share)


@pytest.mark.parametrize("queries", [1, 2, 3, 17, 40])
@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_a_budget_is_used_to_the_last_query(norm, queries):
    budget(Bandits(), norm, queries)


def test_a_case_that_is_wrong_as_it_is_costs_one_query():
    wrong(Bandits(), "linf")


def test_labels_alone_leave_it_blind():
    victim = linear((1, 6, 6), 2)
    shown = fight(Bandits(queries=30), Labels(victim), cases(victim, 6), Ball("linf", 1e-4))
    assert set(shown.ledger.forwards.tolist()) == {30}
    assert not shown.fallen.any()


def test_tiles_help_where_neighbours_are_alike():
    """Weights that are the same over tiles of four pixels: a prior of tiles has a sixteenth of the numbers to learn."""
    coarse = streams("bandits", 1).signs("w", (4, 4), np.zeros(1))[0]
    weights = np.repeat(np.repeat(coarse, 4, axis=0), 4, axis=1).reshape(-1)
    both = np.stack([-weights / 2, weights / 2]).astype(np.float32)
    victim = Linear(both, -0.5 * both.sum(axis=1), (1, 16, 16))
    batch = cases(victim, 24)
    eps = float(np.quantile(reach(victim, batch, "linf"), 0.9))
    tiled, single = (
        fight(Bandits(queries=120, tile=tile), victim, batch, Ball("linf", eps)).fallen.sum() for tile in (4, 1)
    )
    assert tiled > single


def test_a_prior_is_spread_over_its_tiles():
    assert _small((3, 9, 10), 4) == (3, 3, 3)
    assert _small((7,), 4) == (7,)
    spread = _spread(np.arange(9.0).reshape(1, 1, 3, 3), (1, 9, 10), 4)
    assert spread.shape == (1, 1, 9, 10)
    assert spread[0, 0, 8, 9] == 8
    assert (spread[0, 0, :4, :4] == 0).all()
    prior = _mended(np.array([0.0, 0.5]), np.array([10.0, -10.0]))
    assert np.allclose(prior, [1, -1], atol=1e-6)
