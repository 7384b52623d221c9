import numpy as np
import pytest
from tests.adversaries.arena import fight

from seatrial.adversaries.evasion.momentum import Momentum
from seatrial.records.threat import Ball
from seatrial.testing.victims import TorchLinear, cases, linear, reach


@pytest.mark.parametrize("norm", ["linf", "l2"])
@pytest.mark.parametrize("make", [lambda v: v, TorchLinear])
def test_it_finds_exactly_what_algebra_says(norm, make):
    victim = linear((3, 5), 2)
    batch = cases(victim)
    distance = reach(victim, batch, norm)
    eps = float(np.median(distance)) * 1.0001
    shown = fight(Momentum(steps=11), make(victim), batch, Ball(norm, eps, -9, 9))
    assert not shown.fallen[distance > eps].any()
    assert shown.fallen[distance < eps * (1 - 1e-5)].all()
    assert set(shown.ledger.forwards[~shown.fallen].tolist()) == {12}


class Trap:
    """A plane whose gradient turns round on every second pass: plain steps go to and fro, momentum does not."""

    def __init__(self, inner):
        self.inner, self.passes = inner, 0

    @property
    def face(self):
        return self.inner.face

    def respond(self, inputs):
        return self.inner.respond(inputs)

    def linearise(self, inputs):
        self.passes += 1
        responses, back = self.inner.linearise(inputs)
        turn = 1.0 if self.passes % 2 else -0.9
        return responses, lambda slope: back(slope) * turn


def test_momentum_carries_over_a_gradient_that_turns_round():
    victim = linear((40,), 2, dtype=np.float64)
    batch = cases(victim, 32)
    distance = reach(victim, batch, "linf")
    ball = Ball("linf", float(np.quantile(distance, 0.8)), -9, 9)
    fallen = [fight(Momentum(steps=20, decay=decay), Trap(victim), batch, ball).fallen.sum() for decay in (0.0, 5.0)]
    assert fallen[0] < fallen[1]
