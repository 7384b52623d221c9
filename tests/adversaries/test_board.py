import numpy as np

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.board import Board
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.testing.victims import cases, linear

VICTIM = linear((4,), 3)
BATCH = cases(VICTIM, 8)


def begin(left=0):
    ledger = Ledger.empty(8)
    bench = Bench(Ball("linf", 5.0, -9, 9), Random(b"b" * 32, BATCH.ids), left)
    return Board(BATCH, bench), meter(VICTIM, ledger, most=left), ledger


def towards(rows, ways, share):
    """The cases, moved so far towards classes that `share` 1 is past them."""
    apart = VICTIM.weights[ways] - VICTIM.weights[BATCH.labels[rows]]
    return (BATCH.inputs[rows] + share * apart * 0.5).astype(np.float32)


def test_it_keeps_the_best_point_and_the_smallest_margin_of_every_way_over_all_chases():
    board, target, _ = begin()
    rows = np.asarray([0, 1, 2])
    seen = []
    for share in (0.01, 0.05, 0.02):
        ways = (BATCH.labels[rows] + 1) % 3
        chase = board.chase(target, rows)
        chase.ask(towards(rows, ways, share))
        board.settle(rows, chase)
        scores = VICTIM.respond(towards(rows, ways, share))
        seen.append(scores[np.arange(3), BATCH.labels[rows]][:, None] - scores)
    gaps = np.stack(seen)
    gaps[:, np.arange(3), BATCH.labels[rows]] = np.inf
    assert np.allclose(board.gaps[rows], gaps.min(axis=0), atol=1e-5)
    assert np.allclose(board.least[rows], gaps.min(axis=(0, 2)), atol=1e-5)
    assert np.isinf(board.least[3:]).all()
    assert board.spent.tolist() == [3, 3, 3, 0, 0, 0, 0, 0]


def test_of_two_rows_of_one_case_the_better_is_kept_and_one_break_ends_both():
    board, target, ledger = begin()
    rows = np.asarray([4, 4, 5])
    ways = np.asarray([(BATCH.labels[4] + 1) % 3, (BATCH.labels[4] + 2) % 3, (BATCH.labels[5] + 1) % 3])
    chase = board.chase(target, rows, ways)
    point = towards(rows, ways, np.asarray([[8.0], [0.0], [0.0]]))
    chase.ask(point)
    assert chase.rows.tolist() == [5]
    assert board.settle(rows, chase) == 1
    assert (board.points[4] == point[0]).all()
    assert board.least[4] < 0 < board.least[5]
    assert ledger.forwards[[4, 5]].tolist() == board.spent[[4, 5]].tolist() == [2, 1]
    assert 4 not in board.standing()


def test_who_has_no_query_left_is_not_asked():
    board, target, ledger = begin(left=3)
    rows = np.asarray([0, 0, 1])
    chase = board.chase(target, rows)
    for _ in range(5):
        chase.ask(chase.room.x)
    assert ledger.forwards[:2].tolist() == [2, 3]
    board.settle(rows, chase)
    assert 1 not in board.standing()
    assert 0 in board.standing()
    again = board.chase(target, np.asarray([0, 1]))
    again.ask(again.room.x)
    assert again.over()
    assert ledger.forwards[:2].tolist() == [3, 3]


def test_the_order_is_by_margin_and_then_by_digest():
    board, _, _ = begin()
    board.least[:] = [3, 1, 1, np.nan, -1, 0, 2, np.inf]
    order = board.standing().tolist()
    ties = sorted((1, 2), key=lambda at: BATCH.ids[at])
    assert order == [5, *ties, 6, 0, 7, 3]
