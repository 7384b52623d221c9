from seatrial.controls.faults.latency import LIMIT, OUTAGE, PATIENCE


def test_the_limits_are_far_apart() -> None:
    assert PATIENCE * 10 <= LIMIT <= OUTAGE / 2
