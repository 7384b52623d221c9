"""What each way asks, costs and is called."""

import numpy as np
import pytest

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.ways import DRAWS, Way
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.testing.masked import victim

MADE = victim("sparse", 4)
WAYS = {
    "": Way(),
    "straight through": Way(through=True),
    "8 draws": Way(chance=True),
    "averaged over 8 points": Way(kind="averaged"),
    "estimated from answers": Way(kind="estimated"),
    "divided by 7": Way(scale=7.0),
    "steps that have none, every pass was taken over 8 draws, gradients were averaged": Way(True, True, "averaged"),
}


@pytest.mark.parametrize("said", WAYS)
def test_a_way_says_what_it_is_and_a_gradient_pass_costs_its_price(said) -> None:
    ledger, way = Ledger.empty(4), WAYS[said]
    batch = MADE.batch.moved(MADE.masked.face.home)
    asked = way.made(meter(MADE.masked, ledger), batch, Bench(Ball("linf", 0.1), Random(b"w" * 32, batch.ids)))
    responses, back = asked.linearise(batch.inputs)
    back(responses)
    assert said in way.said()
    assert bool(said) == bool(way.said())
    assert ledger.forwards.tolist() == [way.price] * 4
    assert np.isfinite(np.asarray(responses)).all()
    assert DRAWS == 8
