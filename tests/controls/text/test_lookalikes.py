import pytest
from tests.controls.probation import shares

from seatrial.controls.text.lookalikes import Lookalikes


@pytest.mark.parametrize("kind", ["lookalike", "unseen"])
def test_every_kind_of_forgery_finds_the_flaw_and_leaves_the_twin(kind) -> None:
    assert shares("text.lookalikes", {"kinds": (kind,)}, adversary="text.homoglyphs") == (1.0, 0.0)


def test_both_answer_the_texts_as_they_are_alike() -> None:
    for plant in (Lookalikes().flaw(), Lookalikes().twin(), Lookalikes().population(0)):
        batch = plant.cases.take(0, 16)
        assert (plant.target.respond(batch.inputs).argmax(axis=1) == batch.labels).all()
