"""Blocks of one size, whatever is asked."""

import numpy as np
import pytest

from seatrial.records.batch import Frame, Texts
from seatrial.targets.rowwise import SHORT, in_blocks


@pytest.mark.parametrize("rows", [1, 3, 4, 9])
def test_every_block_has_the_size_and_every_row_its_answer(rows) -> None:
    sizes = []

    def answer(block):
        sizes.append(len(block))
        return block * 2

    inputs = np.arange(rows * 2.0).reshape(rows, 2)
    assert (in_blocks(answer, inputs, 4) == inputs * 2).all()
    assert set(sizes) == {4}


def test_frames_and_texts_are_filled_too() -> None:
    assert in_blocks(lambda frame: frame["a"] + 1, Frame(a=np.arange(3.0)), 2).tolist() == [1, 2, 3]
    assert in_blocks(lambda texts: [len(text) for text in texts], Texts(("a", "bb", "")), 2).tolist() == [1, 2, 0]


def test_a_very_long_text_is_asked_once() -> None:
    asked = []

    def answer(texts):
        asked.extend(map(len, texts))
        return [len(text) for text in texts]

    assert in_blocks(answer, Texts(("a" * 10**6,)), 16).tolist() == [10**6]
    assert sorted(asked) == [SHORT] * 15 + [10**6]


def test_what_is_no_column_of_rows_goes_as_it_is() -> None:
    assert in_blocks(np.shape, np.zeros((0, 3)), 4).tolist() == [0, 3]
    assert in_blocks(lambda block: block, np.asarray(3.0), 4) == 3
    assert in_blocks(np.shape, np.zeros((2, 3)), 1).tolist() == [2, 3]
