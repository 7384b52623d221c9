import numpy as np
import pytest
from tests.controls.trialled import shares, users

from seatrial import plugins

CONTROL = "evasion.labelled"


@pytest.mark.parametrize("adversary", users(CONTROL))
@pytest.mark.parametrize("seed", range(3))
def test_the_flaw_falls_and_the_twin_stands(adversary, seed):
    assert shares(CONTROL, adversary, seed) == (True, True)


def test_somebody_uses_it_and_it_is_small():
    assert users(CONTROL)
    made = plugins.find("controls", CONTROL).make()
    assert len(made.flaw().cases) == len(made.twin().cases) == 16


def test_a_scanner_that_does_nothing_misses_it():
    assert shares(CONTROL, "evasion.clean", 0) == (False, True)


def test_half_of_the_population_can_fall_by_arithmetic():
    made = plugins.find("controls", CONTROL).make()
    near = []
    for draw in range(40):
        plant = made.population(draw)
        inner, batch = plant.target.inner, plant.cases.take(0, 16)
        gap = np.asarray(inner.respond(batch.inputs))
        near += (np.abs(gap[:, 1] - gap[:, 0]) < plant.threat.eps).tolist()
        assert (plant.target.respond(batch.inputs) == batch.labels).all()
    assert np.mean(near) == pytest.approx(0.5, abs=0.05)
