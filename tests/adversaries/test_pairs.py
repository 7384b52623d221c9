import numpy as np

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.board import Board
from seatrial.adversaries.pairs import WAYS, Pairs
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.testing.victims import cases, linear

VICTIM = linear((4,), 3)
BATCH = cases(VICTIM, 6)


def begin(order=range(6)):
    batch = BATCH.take(list(order))
    bench = Bench(Ball("linf", 0.1), Random(b"p" * 32, batch.ids))
    board = Board(batch, bench)
    gaps = np.asarray(
        [[np.inf, 3, 1], [2, np.inf, 9], [4, 5, np.inf], [np.inf, 6, 7], [8, np.inf, 0.5], [1, 2, np.inf]]
    )
    board.gaps = gaps[list(order)]
    board.least = board.gaps.min(axis=1)
    return board, Pairs(board, bench.random, "audit")


def named(board, taken):
    rows, ways = taken
    return [(int(board.gaps[row, way] * 10), int(way)) for row, way in zip(rows, ways, strict=True)]


def test_the_nearest_come_first_each_once_and_only_of_those_who_stand():
    board, pairs = begin()
    assert [gap for gap, _ in named(board, pairs.take(3))] == [5, 10, 10]
    board.least[4] = -1.0
    assert [gap for gap, _ in named(board, pairs.take(100))] == [20, 20, 30, 40, 50, 60, 70, 90]
    assert pairs.take(1)[0].size == 0


def test_margins_seen_since_then_change_the_order():
    board, pairs = begin()
    pairs.take(1)
    board.gaps[3, 2] = 0.1
    assert named(board, pairs.take(1)) == [(1, 2)]


def test_equals_are_told_apart_by_digest_whatever_the_order_of_the_shard():
    order = [5, 3, 0, 1, 4, 2]
    one, other = begin(), begin(order)
    for _ in range(4):
        here, there = one[1].take(3), other[1].take(3)
        assert [order[at] for at in there[0]] == here[0].tolist()
        assert there[1].tolist() == here[1].tolist()


def test_a_sample_is_a_share_of_what_waits_and_the_same_in_any_order():
    order = [5, 3, 0, 1, 4, 2]
    (board, one), (_, other) = begin(), begin(order)
    here, there = one.sample(0.25), other.sample(0.25)
    assert len(here[0]) == 3
    assert [order[at] for at in there[0]] == here[0].tolist()
    assert len(one.sample(0.01)[0]) == 1
    assert len(one.take(100)[0]) == 12 - 3 - 1
    assert one.sample(0.5)[0].size == 0
    assert board.standing().size == 6


def test_before_any_margin_is_known_nothing_waits():
    board = Board(BATCH, Bench(Ball("linf", 0.1), Random(b"p" * 32, BATCH.ids)))
    pairs = Pairs(board, Random(b"p" * 32, BATCH.ids), "audit")
    assert pairs.take(5)[0].size == pairs.sample(0.5)[0].size == 0


def test_of_many_classes_only_the_nearest_are_worked():
    board, pairs = begin()
    board.gaps = np.tile(np.arange(1.0, 101.0), (6, 1))
    rows, ways = pairs.take(1000)
    assert sorted(set(ways.tolist())) == list(range(WAYS))
    assert rows.size == 6 * WAYS
    board.gaps[2, 70] = 0.5
    assert [column.tolist() for column in pairs.take(1000)] == [[2], [70]]
