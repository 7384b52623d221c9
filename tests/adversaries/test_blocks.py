import numpy as np
import pytest
import torch

from seatrial.adversaries.blocks import HALVED, LEVEL, ROUND, WAY, Blocks
from seatrial.records.random import Random

RANDOM = Random(b"blocks".ljust(32, b"\0"), tuple(bytes([at]) * 32 for at in range(3)))


def walked(blocks, turn, like, steps, *, helped=False, last=True):
    seen = []
    for _ in range(steps):
        seen.append(np.asarray(blocks.block(turn, like)))
        blocks.next(turn, np.full(3, helped), np.full(3, last))
    return np.stack(seen)


@pytest.mark.parametrize(("shape", "count"), [((2, 8, 12), 12), ((2, 7, 9), 2 * 2 * 3), ((10,), 10)])
def test_a_round_visits_every_number_once_and_every_case_has_its_order(shape, count):
    blocks = Blocks(shape, 4)
    turn = blocks.begun(RANDOM, "p")
    seen = walked(blocks, turn, np.zeros((3, *shape)), count)
    assert (seen.sum(axis=0) == 1).all()
    assert (seen[:, 0] != seen[:, 1]).any()
    assert (turn[:, ROUND] == 1).all()


def test_blocks_become_smaller_by_halves_and_begin_anew():
    blocks = Blocks((1, 8, 8), 4)
    turn = blocks.begun(RANDOM, "p")
    seen = walked(blocks, turn, np.zeros((3, 1, 8, 8)), 4 + 16 + 64 + 4)
    sizes = seen.reshape(len(seen), 3, -1).sum(axis=2)[:, 0].tolist()
    assert sizes == [16] * 4 + [4] * 16 + [1] * 64 + [16] * 4


def test_a_round_that_helped_is_followed_by_one_of_its_kind():
    blocks = Blocks((1, 8, 8), 4)
    turn = blocks.begun(RANDOM, "p")
    walked(blocks, turn, np.zeros((3, 1, 8, 8)), 4, helped=True)
    assert (turn[:, LEVEL] == 0).all()
    walked(blocks, turn, np.zeros((3, 1, 8, 8)), 4)
    assert (turn[:, LEVEL] == 1).all()


def test_the_second_way_has_its_turn_unless_it_is_not_worth_a_query():
    blocks = Blocks((4,), 1, halvings=2)
    turn = blocks.begun(RANDOM, "p")
    blocks.next(turn, np.array([False, False, True]), np.array([False, True, False]))
    assert turn[:, WAY].tolist() == [1, 0, 0]
    walked(blocks, turn, np.zeros((3, 4)), 7)
    assert (turn[:, HALVED] >= 1).all()
    walked(blocks, turn, np.zeros((3, 4)), 9)
    assert (turn[:, HALVED] <= 2).all()


def test_numpy_and_torch_have_the_same_blocks():
    blocks = Blocks((1, 6, 6), 2)
    turn = blocks.begun(RANDOM, "p")
    ours = blocks.block(turn, np.zeros((3, 1, 6, 6), dtype=np.float32))
    theirs = blocks.block(turn, torch.zeros(3, 1, 6, 6))
    assert theirs.numpy().tobytes() == ours.tobytes()
    assert blocks.numbers(turn).tolist() == [4.0] * 3
