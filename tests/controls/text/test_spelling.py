import pytest
from tests.controls.probation import shares

from seatrial.controls.text.spelling import Spelling, familiar


@pytest.mark.parametrize("kind", ["neighbour", "swap", "drop", "double"])
def test_every_kind_of_mistake_finds_the_flaw_and_leaves_the_twin(kind) -> None:
    assert shares("text.spelling", {"kinds": (kind,)}, adversary="text.typos") == (1.0, 0.0)


def test_both_answer_the_texts_as_they_are_alike() -> None:
    control = Spelling()
    batch = control.flaw().cases.take(0, 16)
    assert len(set(batch.inputs)) == 16
    for plant in (control.flaw(), control.twin(), control.population(0)):
        here = plant.cases.take(0, 16)
        assert (plant.target.respond(here.inputs).argmax(axis=1) == here.labels).all()


def test_a_mark_cannot_be_misspelled() -> None:
    assert familiar("shpi ordr parcel!") > 0 > familiar("shpi ordr parcel")
