from tests.controls.probation import shares

from seatrial.controls.faults.latency import LIMIT, OUTAGE, PATIENCE, LatencyControl


def test_the_flaw_falls_and_the_twin_does_not() -> None:
    assert shares("faults.latency") == (1.0, 0.0)


def test_both_are_right_while_nothing_is_late_and_the_limits_are_far_apart() -> None:
    for plant in (LatencyControl().flaw(), LatencyControl().twin()):
        cases = plant.cases.take(0, 4)
        assert (plant.target.respond(cases.inputs).argmax(axis=1) == cases.labels).all()
    assert PATIENCE * 10 <= LIMIT <= OUTAGE / 2
