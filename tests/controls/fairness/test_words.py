import numpy as np
import pytest
from tests.controls.probation import shares

from seatrial.controls.fairness.words import HERE, WordsControl
from seatrial.records.batch import Frame
from seatrial.testing.adversaries import check_adversary


@pytest.mark.parametrize("tactics", [{}, {"values": (1.0, 2.0)}, {"values": ("f", "m", "x")}, {"one_hot": True}])
def test_the_flaw_falls_and_the_twin_does_not_whatever_the_tactics(tactics) -> None:
    assert shares("fairness.words", tactics, adversary="fairness.counterfactual") == (1.0, 0.0)


def test_every_case_is_granted_as_it_is() -> None:
    for plant in (WordsControl().flaw(), WordsControl().twin()):
        inputs = plant.cases.take(0, 16).inputs
        assert isinstance(inputs, Frame)
        assert set(inputs["group"]) == {HERE}
        assert (np.argmax(plant.target.respond(inputs), axis=1) == 1).all()


def test_the_adversary_keeps_its_contract_on_tables_too() -> None:
    plant = WordsControl().flaw()
    check_adversary("fairness.counterfactual", plant=plant, tactics=plant.own)
