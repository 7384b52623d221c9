import numpy as np
import pytest
from tests.controls.probation import shares

from seatrial import plugins

CONTROL = "evasion.linear_l1"


@pytest.mark.parametrize("adversary", ["evasion.fmn", "evasion.ead", "evasion.fab", "evasion.pgd"])
def test_every_attack_of_the_norm_finds_the_flaw_and_leaves_the_twin(adversary) -> None:
    assert shares(CONTROL, adversary=adversary) == (1.0, 0.0)


def test_a_scanner_that_does_nothing_misses_it() -> None:
    assert shares(CONTROL, adversary="evasion.clean") == (0.0, 0.0)


def test_inputs_stay_inside_the_range() -> None:
    here = plugins.find("controls", CONTROL).make()
    for plant in (here.flaw(), here.twin(), here.population(0)):
        inputs = np.asarray(plant.cases.take(0, len(plant.cases)).inputs)
        assert inputs.min() > 0
        assert inputs.max() < 1
