import numpy as np
import pytest
from tests.adversaries.arena import fight
from tests.adversaries.nearness import excess

from seatrial.adversaries.evasion.primal_dual import PrimalDual, shrunk
from seatrial.records.threat import NORMS, Ball
from seatrial.testing.closed import planes


@pytest.mark.parametrize(("norm", "middle"), [("linf", 1.2), ("l2", 1.1), ("l1", 1.7), ("l0", 2.0)])
@pytest.mark.parametrize("name", ["planes", "round", "gates"])
def test_it_lands_within_a_factor_of_the_nearest_break(name, norm, middle):
    share = excess(PrimalDual(minimise=True), name, norm)
    assert share.min() > 1 - 1e-9
    assert np.isfinite(share).all()
    assert np.median(share) < middle


def test_the_proximal_operators_are_what_they_should_be():
    """Each is the change that is nearest to another one plus its norm: no other change near it does better."""
    rng = np.random.default_rng(0)
    change, by = rng.normal(size=(4, 7)), np.array([0.05, 0.2, 0.5, 1.5])
    measure = {
        "linf": lambda d: np.abs(d).max(axis=1),
        "l2": lambda d: np.linalg.norm(d, axis=1),
        "l1": lambda d: np.abs(d).sum(axis=1),
    }
    for norm, size in measure.items():

        def cost(made, size=size):
            return ((made - change) ** 2).sum(axis=1) / 2 + by * size(made)

        best = shrunk(norm, change, by)
        for _ in range(200):
            other = best + rng.normal(size=best.shape) * rng.choice([0.3, 0.01])
            assert (cost(best) <= cost(other) + 1e-9).all()
    kept = shrunk("l0", change, by)
    assert ((kept == 0) == (np.abs(change) < np.sqrt(2 * by)[:, None])).all()


def test_a_ball_that_is_too_small_keeps_every_case():
    victim, batch = planes()
    for norm in NORMS:
        eps = float(victim.reach(batch, norm).min())
        eps = eps - 1 if norm == "l0" else 0.99 * eps
        assert not fight(PrimalDual(steps=50), victim, batch, Ball(norm, eps)).fallen.any()


def test_cost_is_a_gradient_for_each_step():
    victim, batch = planes()
    shown = fight(PrimalDual(steps=30, minimise=True), victim, batch, Ball("l2", 10.0))
    assert set(shown.ledger.backwards.tolist()) == {30}
