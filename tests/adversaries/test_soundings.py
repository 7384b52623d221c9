"""Short looks at a linear victim, where all they see is arithmetic."""

import numpy as np
import pytest

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.aims import aim
from seatrial.adversaries.norms import Room
from seatrial.adversaries.soundings import (
    Sounded,
    counted,
    least,
    pushed,
    scattered,
    searched,
    sought,
    walk,
)
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.testing.victims import cases, linear
from seatrial.testing.victims import reach as distance

VICTIM = linear((6, 6))
BATCH = cases(VICTIM, 12)
NORMS = {"linf": 0.01, "l2": 0.05, "l1": 0.2}


def sounded(norm="linf", target=VICTIM):
    room = Room.around(Ball(norm, NORMS[norm]), BATCH.inputs)
    return Sounded(target, aim(VICTIM.face, BATCH.labels), room, Random(b"s" * 32, BATCH.ids))


@pytest.mark.parametrize("norm", NORMS)
def test_a_walk_breaks_what_algebra_says_and_nothing_else(norm) -> None:
    path, point = walk(sounded(norm), "margin", 10)
    assert path.shape == (11, 12)
    far = distance(VICTIM, BATCH, norm)
    assert (least(path)[far > NORMS[norm]] >= 0).all()
    assert (least(path)[far < 0.6 * NORMS[norm]] < 0).all()
    assert np.array_equal(sounded(norm).room.inside(point), point)


@pytest.mark.parametrize("norm", NORMS)
def test_more_room_breaks_more_and_all_of_it_everything(norm) -> None:
    near, far, whole = (least(walk(sounded(norm).within(size), "margin", 10)[0]) for size in (1.0, 2.0, np.inf))
    assert (far < near).all()
    assert (whole < 0).all()


@pytest.mark.parametrize("norm", NORMS)
def test_a_search_and_random_steps_never_beat_the_slope_of_a_plane(norm) -> None:
    low = least(walk(sounded(norm), "margin", 10)[0])
    clean = sounded(norm).margins(BATCH.inputs)
    assert (searched(sounded(norm), 60) >= low - 1e-5).all()
    assert (searched(sounded(norm), 60) < clean).all()
    assert scattered(sounded(norm), 1.0, 4).shape == (12, 4)
    assert (scattered(sounded(norm), 1.0, 4) >= low[:, None] - 1e-5).all()


def test_what_is_planted_in_a_plane_is_found() -> None:
    found, able = sought(sounded(), 5, 10)
    assert able.all()
    assert found.all()


def test_cases_are_pushed_to_every_class_but_the_nearest_and_their_own() -> None:
    ledger = Ledger.empty(12)
    low = pushed(sounded(target=meter(VICTIM, ledger)), 5, 10)
    assert ledger.forwards.tolist() == [1 + 11] * 12
    assert (low < sounded().margins(BATCH.inputs)).any()


def test_what_is_counted_is_what_is_charged() -> None:
    ledger = Ledger.empty(12)
    counting = counted(meter(VICTIM, ledger))
    cases_of = sounded(target=counting.at([3, 5, 5]))
    cases_of = Sounded(
        cases_of.target, cases_of.aim.at([3, 5, 5]), cases_of.room.at([3, 5, 5]), cases_of.random.at([3, 5, 5])
    )
    walk(cases_of, "margin", 4)
    walk(cases_of.at([0]), "margin", 4)
    assert counting.spent(12).tolist() == ledger.forwards.tolist() == [0, 0, 0, 10, 0, 10] + [0] * 6
    assert Bench(Ball(), Random(b"s" * 32, BATCH.ids)).left == 0
