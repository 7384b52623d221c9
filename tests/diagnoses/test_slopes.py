import numpy as np

from seatrial.diagnoses.slopes import exploding, saturated, shattered, vanishing

SOUND = np.ones((10, 2, 3))


def zeroed(count):
    made = SOUND.copy()
    made[:count] = 0
    return made


def test_one_case_in_ten_without_a_gradient_is_no_sign_and_two_are() -> None:
    assert not vanishing(zeroed(1)).found
    assert vanishing(zeroed(2)).found
    assert vanishing(zeroed(2)).figure == 0.2


def test_the_cross_entropy_alone_must_have_lost_its_gradient() -> None:
    assert saturated(zeroed(5), SOUND).found
    assert not saturated(zeroed(5), zeroed(5)).found
    assert not saturated(SOUND, SOUND).found


def test_a_gradient_that_is_no_number_or_promises_too_much_explodes() -> None:
    given = np.ones(10)
    assert not exploding(SOUND, given * 10, given).found
    assert exploding(SOUND, given * 100, given).found
    bad = SOUND.copy()
    bad[:2, 0, 0] = np.nan
    assert exploding(bad, given, given).figure == 0.2


def test_random_directions_beat_a_shattered_gradient() -> None:
    along = np.zeros(8)
    random = np.ones((8, 3))
    assert not shattered(along, random).found
    random[:3, 2] = -1
    assert shattered(along, random).found
    assert not shattered(np.zeros(0), np.zeros((0, 3))).found
