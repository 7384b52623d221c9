import numpy as np
import pytest
from tests.adversaries.arena import fight

from seatrial.adversaries.evasion.fgsm import Fgsm
from seatrial.records.threat import Ball
from seatrial.testing.victims import TorchLinear, cases, linear, reach


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("make", [lambda v: v, TorchLinear])
def test_one_step_is_the_best_against_a_plane(norm, dtype, make):
    victim = linear((1, 6, 9), 2, dtype=dtype)
    batch = cases(victim)
    distance = reach(victim, batch, norm)
    eps = float(np.median(distance)) * 1.0001
    shown = fight(Fgsm(), make(victim), batch, Ball(norm, eps, -2, 3))
    assert shown.fallen.tolist() == (distance < eps).tolist()
    assert set(shown.ledger.forwards.tolist()) == {2}
    assert set(shown.ledger.backwards.tolist()) == {1}


def test_a_case_that_is_wrong_already_is_handed_back_as_it_is():
    victim = linear((5,), 2)
    batch = cases(victim, 16)
    batch.labels[3] = 1 - batch.labels[3]
    shown = fight(Fgsm(), victim, batch, Ball("linf", 0.01))
    assert (shown.stimuli[3] == batch.inputs[3]).all()
    assert shown.ledger.forwards[3] == 1
    assert shown.fallen[3]
