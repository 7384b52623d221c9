from tests.controls.probation import shares

from seatrial.controls.corruption.stillness_sensitive import StillnessSensitive
from seatrial.controls.corruption.tones import still


def test_a_held_sample_is_still_too() -> None:
    assert shares("corruption.stillness_sensitive", {"hold": True}, adversary="corruption.dropout") == (1.0, 0.0)


def test_a_tone_never_stands_still() -> None:
    for plant in (StillnessSensitive().flaw(), StillnessSensitive().population(1)):
        assert (still(plant.cases.take(0, 16).inputs) <= 1).all()
