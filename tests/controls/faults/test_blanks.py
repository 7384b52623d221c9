from tests.controls.probation import shares

from seatrial.controls.faults.blanks import Blanks


def test_the_flaw_falls_and_the_twin_does_not() -> None:
    assert shares("faults.blanks") == (1.0, 0.0)


def test_all_answer_the_rows_as_they_are_alike() -> None:
    for plant in (Blanks().flaw(), Blanks().twin(), Blanks().population(0)):
        batch = plant.cases.take(0, 16)
        assert len(set(batch.ids)) == 16
        assert (plant.target.respond(batch.inputs).argmax(axis=1) == batch.labels).all()
