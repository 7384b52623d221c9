import numpy as np

from seatrial.diagnoses.failure import silent, unfinished, wandering


def path(*margins):
    return np.tile(np.array(margins, dtype=float)[:, None], (1, 4))


def test_a_climb_that_goes_down_steadily_is_sound() -> None:
    steady = path(1.0, 0.5, 0.3, 0.2, 0.15, 0.12, 0.11, 0.1, 0.1, 0.1, 0.1)
    assert not any(asked(steady).found for asked in (silent, unfinished, wandering))


def test_going_up_and_down_is_wandering() -> None:
    assert wandering(path(1.0, 1.5, 1.0, 1.5, 1.0)).found
    assert not wandering(path(1.0, 1.0, 1.0)).found


def test_an_attack_that_wins_in_its_last_steps_was_cut_off() -> None:
    assert unfinished(path(1.0, 1.0, 1.0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.4, 0.1)).found


def test_a_break_on_the_way_that_the_last_point_lost_is_silent() -> None:
    assert silent(path(1.0, -0.5, 0.5)).found
    assert not silent(path(1.0, 0.5, -0.5)).found
