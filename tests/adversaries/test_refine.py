"""A search in few dimensions comes close to the bottom of a bowl, and asks what it may."""

import numpy as np
from tests.adversaries.arena import SEED

from seatrial.adversaries.refine import Refine
from seatrial.records.random import Random

IDS = (b"a" * 32, b"b" * 32)


def asked(refine, lead, most, at=0):
    """Return all that one search asks, answered by `lead`."""
    hunt = refine.hunts(Random(SEED, IDS), "test")[at]
    found, one = [], next(hunt)
    while len(found) < most:
        found.append(one.candidate)
        try:
            one = hunt.send(lead(one.candidate))
        except StopIteration:
            break
    return np.array(found)


def test_the_untouched_case_comes_first_and_then_the_corners() -> None:
    found = asked(Refine(np.array([30.0, 0.1, 0.0]), 10), lambda _: 1.0, 99)
    assert found[0].tolist() == [0, 0, 0]
    assert sorted(found[1:5].tolist()) == sorted([[30, 0.1, 0], [-30, 0.1, 0], [30, -0.1, 0], [-30, -0.1, 0]])
    assert len(found) == 11
    assert (np.abs(found) <= [30, 0.1, 0]).all()


def test_it_climbs_down_to_the_bottom_of_a_bowl() -> None:
    most, bottom = np.array([30.0, 0.1, 0.2]), np.array([11.0, -0.07, 0.13])
    refine = Refine(most, 20)
    found = asked(refine, lambda at: float((((at - bottom) / most) ** 2).sum()), 400)
    away = np.abs((found - bottom) / most).max(axis=1)
    assert away.min() < 1 / 3 / 2**4
    assert away[:21].min() > away.min()


def test_where_all_is_alike_there_is_no_second_pass_and_nothing_free_asks_once() -> None:
    assert len(asked(Refine(np.array([1.0, 1.0]), 12), lambda _: 1.0, 99)) == 13
    assert len(asked(Refine(np.zeros(2), 0), lambda _: 1.0, 99)) == 1


def test_cases_draw_points_of_their_own() -> None:
    one, other = (asked(Refine(np.ones(4), 40), lambda _: 1.0, 99, at) for at in range(2))
    assert (one[:17] == other[:17]).all()
    assert (one[17:] != other[17:]).any(axis=1).all()
