from seatrial.controls.corruption.drift_sensitive import LIMIT, DriftSensitive
from seatrial.controls.plants import roughness


def test_sensors_agree_until_one_is_off_by_six_hundredths() -> None:
    rows = DriftSensitive().flaw().cases.take(0, 16).inputs.copy()
    assert (roughness(rows) == 0).all()
    rows[:, 0] += 0.06
    assert (roughness(rows) > LIMIT).all()
