import pytest
from tests.controls.trialled import shares, users

from seatrial import plugins

CONTROL = "corruption.hiss_sensitive"


@pytest.mark.parametrize("adversary", users(CONTROL))
@pytest.mark.parametrize("seed", range(3))
def test_the_flaw_falls_and_the_twin_stands(adversary, seed):
    assert shares(CONTROL, adversary, seed) == (True, True)


def test_all_answer_the_cases_as_they_are_alike() -> None:
    made = plugins.find("controls", CONTROL).make()
    for plant in (made.flaw(), made.twin(), made.population(0)):
        batch = plant.cases.take(0, 16)
        assert len(set(batch.ids)) == 16
        assert (plant.target.respond(batch.inputs).argmax(axis=1) == batch.labels).all()
