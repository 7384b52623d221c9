import numpy as np
import pytest
from tests.controls.probation import shares

from seatrial.controls.evasion.labelled import Labelled


def test_a_scanner_that_does_nothing_misses_it() -> None:
    assert shares("evasion.labelled", adversary="evasion.clean") == (0.0, 0.0)


def test_half_of_the_population_can_fall_by_arithmetic() -> None:
    near = []
    for draw in range(40):
        plant = Labelled().population(draw)
        inner, batch = plant.target.inner, plant.cases.take(0, 16)
        gap = np.asarray(inner.respond(batch.inputs))
        near += (np.abs(gap[:, 1] - gap[:, 0]) < plant.threat.eps).tolist()
        assert (plant.target.respond(batch.inputs) == batch.labels).all()
    assert np.mean(near) == pytest.approx(0.5, abs=0.05)
