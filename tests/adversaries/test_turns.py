import numpy as np

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.board import Board
from seatrial.adversaries.masking import GRADIENT, SCORES
from seatrial.adversaries.turns import Arm, turns
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.testing.victims import cases, linear

BATCH = cases(linear((4,), 3), 20)


def begin():
    return Board(BATCH, Bench(Ball("linf", 0.1), Random(b"t" * 32, BATCH.ids)))


def plays(board, told, name, breaks, cost=1):
    """Break so many of those who stand in each play, asking about all of them."""
    for count in breaks:
        told.append(name)
        rows = np.flatnonzero(~(board.least < 0))
        board.spent[rows] += cost
        board.least[rows[:count]] = -1.0
        yield True


def test_who_broke_most_for_its_cost_plays_next_and_who_breaks_nobody_ends():
    board, told = begin(), []
    arms = [
        Arm("dear", GRADIENT, plays(board, told, "dear", [4, 1, 0, 0, 0]), 3, 2),
        Arm("cheap", SCORES, plays(board, told, "cheap", [3, 1, 0, 0, 0, 9]), 1, 3),
        Arm("none", SCORES, plays(board, told, "none", []), 1, 1),
    ]
    seen = turns(board, arms)
    # dear breaks 4 for 60, cheap 3 for 16, then 1 for 13, then none; so it is the turn of dear again
    assert told[:5] == ["dear", "cheap", "cheap", "cheap", "dear"]
    assert told.count("dear") == 4
    assert told.count("cheap") == 5
    assert [one.broke.sum() for one in seen] == [5, 4, 0]
    assert seen[0].met.all()
    assert not seen[2].met.any()
    assert not (seen[0].broke & seen[1].broke).any()


def test_it_ends_when_nothing_is_left_to_do():
    board = begin()
    assert turns(board, []) == []
    assert turns(board, [Arm("one", SCORES, iter(()), 1, 5)])[0].broke.sum() == 0
