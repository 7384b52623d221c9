from tests.controls.probation import shares

from seatrial.controls.faults.duplicates import Duplicates


def test_the_flaw_falls_and_the_twin_does_not() -> None:
    assert shares("faults.duplicates") == (1.0, 0.0)


def test_all_answer_the_rows_of_one_ordinary_call_alike() -> None:
    for plant in (Duplicates().flaw(), Duplicates().twin(), Duplicates().population(0)):
        batch = plant.cases.take(0, 16)
        assert len(set(batch.ids)) == 16
        assert (plant.target.respond(batch.inputs).argmax(axis=1) == batch.labels).all()
