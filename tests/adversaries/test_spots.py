"""Spots are the rectangles of largest sums, apart from each other, and halved by what was found in them."""

import numpy as np
from tests.adversaries.arena import SEED

from seatrial.adversaries.norms import Room
from seatrial.adversaries.spots import Spots
from seatrial.records.random import Random
from seatrial.records.threat import Ball

RANDOM = np.random.default_rng(8)
IDS = tuple(bytes([at]) * 32 for at in range(40))


def spots(count=4, cases=40, sides=((3, 3), (4, 2))):
    x = RANDOM.uniform(0.2, 0.8, (cases, 2, 9, 11)).astype(np.float32)
    slope = RANDOM.normal(size=x.shape).astype(np.float32)
    room = Room.around(Ball("linf", 1.0), x)
    return x, slope, Spots.promising(slope, x, room, list(sides), count, Random(SEED, IDS[:cases]))


def test_the_first_is_the_best_of_all() -> None:
    x, slope, found = spots()
    rise = np.maximum(slope * (1 - x), slope * (0 - x)).sum(axis=1)
    for case in range(40):
        place = [
            int(column[case * 4]) for column in (found.place.top, found.place.left, found.place.tall, found.place.wide)
        ]
        mine = rise[case, place[0] : place[0] + place[2], place[1] : place[1] + place[3]].sum()
        every = [
            rise[case, top : top + tall, left : left + wide].sum()
            for tall, wide in ((3, 3), (4, 2))
            for top in range(9 - tall + 1)
            for left in range(11 - wide + 1)
        ]
        assert mine >= max(every) - 1e-5


def test_no_two_of_a_shape_are_near_but_for_those_drawn_by_lot() -> None:
    found = spots(count=3, sides=((3, 3),))[2]
    for case in range(40):
        at = np.stack([found.place.top, found.place.left], axis=1)[case * 3 : case * 3 + 3]
        assert np.abs(at[0] - at[2]).max() >= 2, "the second is drawn by lot"


def test_the_contents_are_the_better_ends_of_the_range() -> None:
    _, slope, found = spots(count=1)
    for case in range(40):
        top, left, tall, wide = (
            int(column[case]) for column in (found.place.top, found.place.left, found.place.tall, found.place.wide)
        )
        wanted = slope[case, :, top : top + tall, left : left + wide] > 0
        assert (found.contents[case, :, :tall, :wide] == wanted).all()


def test_half_are_left_the_best_as_they_are_and_inside_the_image() -> None:
    found = spots(count=8)[2]
    least = RANDOM.normal(size=40 * 8)
    stood = np.array([3, 7, 30])
    fewer = found.halved(found.contents, least, stood, Random(SEED, IDS).at(stood), 1)
    assert fewer.count == 4
    for at, case in enumerate(stood):
        first, second = np.argsort(least.reshape(-1, 8)[case])[:2] + case * 8
        for mine, theirs in ((0, first), (1, second)):
            assert fewer.place.top[at * 4 + mine] == found.place.top[theirs]
            assert (fewer.contents[at * 4 + mine] == found.contents[theirs]).all()
    assert (fewer.place.top >= 0).all()
    assert (fewer.place.top + fewer.place.tall <= 9).all()
    assert (fewer.place.left + fewer.place.wide <= 11).all()
