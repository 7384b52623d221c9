from tests.controls.probation import shares

from seatrial.controls.faults.missing import MissingControl
from seatrial.plan.plan import Stage
from seatrial.trial.probation import Probation


def test_the_flaw_falls_and_the_twin_does_not() -> None:
    assert shares("faults.missing") == (1.0, 0.0)


def test_all_answer_the_rows_as_they_are_alike() -> None:
    for plant in (MissingControl().flaw(), MissingControl().twin(), MissingControl().population(0)):
        batch = plant.cases.take(0, 16)
        assert len(set(batch.ids)) == 16
        assert (plant.target.respond(batch.inputs).argmax(axis=1) == batch.labels).all()


def test_a_random_field_seldom_is_the_one() -> None:
    blind = Probation("faults.missing", Stage("faults.blanks", {}), "same_label", {}, ())
    assert 0 < blind.share(MissingControl().flaw(), bytes(32), "sha256:" + "17" * 32) < 0.6
