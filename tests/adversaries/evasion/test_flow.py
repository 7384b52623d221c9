import numpy as np
import pytest
from tests.adversaries.arena import fight

from seatrial.adversaries.bend import bent
from seatrial.adversaries.evasion.elastic import Elastic
from seatrial.adversaries.evasion.flow import Bend
from seatrial.controls.plants import Linear
from seatrial.errors import CasesError
from seatrial.records.batch import Batch
from seatrial.records.digest import column_digests
from seatrial.records.threat import Flow
from seatrial.testing.victims import TorchLinear, cases, linear

SIDE, SLOPE = 24, 0.02
THREAT = Flow(pixels=1.5, smooth=0.5)


def ramp(margins):
    """Return a victim that reads the brightness of the middle of an image, and ramps that it is right about by these.

    A ramp that is moved by 1.5 pixels is darker by 1.5 x SLOPE in its middle, and no bend makes more of it.
    """
    weights = np.zeros((SIDE, SIDE))
    weights[10:14, 10:14] = 1 / 16
    both = np.stack([-weights.reshape(-1), weights.reshape(-1)]).astype(np.float32) / 2
    victim = Linear(both, np.array([0.25, -0.25], dtype=np.float32), (1, SIDE, SIDE))
    across = SLOPE * (np.arange(SIDE) - (SIDE - 1) / 2)
    inputs = (0.5 + across + np.asarray(margins)[:, None, None]).astype(np.float32)
    inputs = np.repeat(inputs, SIDE, axis=1)[:, None]
    return victim, Batch(column_digests(inputs), inputs, np.ones(len(inputs), dtype=int))


def test_it_breaks_exactly_what_its_reach_allows() -> None:
    margins = np.linspace(0.05, 1.95, 20) * 1.5 * SLOPE
    victim, batch = ramp(margins)
    shown = fight(Bend(), victim, batch, THREAT)
    assert shown.fallen[margins < 0.97 * 1.5 * SLOPE].all()
    assert not shown.fallen[margins > 1.5 * SLOPE].any()


def test_the_search_by_scores_breaks_much_of_it_and_nothing_else() -> None:
    margins = np.linspace(0.05, 1.95, 20) * 1.5 * SLOPE
    victim, batch = ramp(margins)
    shown = fight(Elastic(queries=300), victim, batch, THREAT)
    assert shown.fallen[margins < 0.6 * 1.5 * SLOPE].all()
    assert not shown.fallen[margins > 1.5 * SLOPE].any()
    assert not shown.ledger.backwards.any()


def test_the_recipe_makes_the_stimulus_and_a_wrong_case_stays() -> None:
    victim, batch = ramp(np.array([0.01, -0.1, 0.5]))
    shown = fight(Bend(), victim, batch, THREAT)
    assert (bent(batch.inputs, shown.recipe)[0] == shown.stimuli).all()
    assert not shown.recipe[1].any()
    assert shown.recipe[0].any()
    assert shown.ledger.forwards[1] == 1


def test_what_a_case_that_stands_costs_is_what_the_page_says() -> None:
    victim, batch = ramp(np.array([1.0, 2.0]))
    shown = fight(Bend(steps=5, restarts=3), victim, batch, THREAT)
    assert set(shown.ledger.forwards.tolist()) == {18}
    assert set(shown.ledger.backwards.tolist()) == {15}
    other = fight(Elastic(queries=17), victim, batch, THREAT)
    assert set(other.ledger.queries.tolist()) == {17}


@pytest.mark.parametrize("attacker", [Bend(), Elastic()])
@pytest.mark.parametrize("left", [1, 2, 9])
def test_a_budget_is_kept(attacker, left) -> None:
    victim, batch = ramp(np.array([1.0, 2.0]))
    assert fight(attacker, victim, batch, THREAT, left=left).ledger.forwards.max() <= left


@pytest.mark.parametrize("attacker", [Bend(), Elastic(queries=60)])
def test_torch_has_the_outcomes_of_numpy(attacker) -> None:
    victim = linear((3, 10, 9), 3)
    batch, threat = cases(victim, 24, spread=0.4), Flow(0.2, 0.2)
    ours, theirs = (fight(attacker, one, batch, threat).fallen for one in (victim, TorchLinear(victim)))
    assert ours.tolist() == theirs.tolist()
    assert 0 < ours.sum() < 24


@pytest.mark.parametrize(("attacker", "what"), [(Bend(), "a bend"), (Elastic(), "an elastic deformation")])
def test_what_is_no_image_is_refused(attacker, what) -> None:
    flat = linear((64,), 2)
    with pytest.raises(CasesError, match=f"{what} needs images"):
        fight(attacker, flat, cases(flat, 4), THREAT)
