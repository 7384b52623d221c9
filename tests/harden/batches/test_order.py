"""The order of cases is a function of seed and pass, and is shared out without a rest."""

import numpy as np
import pytest
from tests.harden.small import SEED, two_features

from seatrial.harden.batches.order import Order

IDS = two_features(203).take(0, 203).ids


def test_every_case_is_met_once_in_a_pass() -> None:
    order = Order(SEED, IDS, 20)
    assert order.updates == 10
    for epoch in (0, 3):
        met = np.concatenate([order.whole(epoch * order.updates + at) for at in range(order.updates)])
        assert sorted(met) == list(range(203))


@pytest.mark.parametrize("world", [1, 2, 3, 7])
def test_ranks_share_the_same_updates_without_a_rest(world) -> None:
    alone, shared = Order(SEED, IDS, 20), Order(SEED, IDS, 20, world=world)
    for step in (0, 9, 10, 37):
        parts = shared.parts(step)
        assert len(parts) == world
        assert np.array_equal(np.concatenate(parts), alone.whole(step))
        assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_passes_and_seeds_differ_and_nothing_depends_on_who_was_asked_before() -> None:
    order = Order(SEED, IDS, 20)
    before = order.whole(25).copy()
    for step in (0, 99, 55, 3):
        order.whole(step)
    assert np.array_equal(order.whole(25), before)
    assert not np.array_equal(order.whole(0), order.whole(10))
    assert not np.array_equal(order.whole(0), Order(bytes(32), IDS, 20).whole(0))


def test_a_case_keeps_its_place_whatever_the_batch() -> None:
    """Order is drawn by case: another batch size cuts the same order elsewhere."""
    one = np.concatenate([Order(SEED, IDS, 20).whole(at) for at in range(10)])
    other = np.concatenate([Order(SEED, IDS, 50).whole(at) for at in range(4)])
    assert np.array_equal(one, other)
