import numpy as np
import pytest
import torch
from tests.adversaries.faults.tables import table

from seatrial.adversaries.faults.fields import emptied, filled
from seatrial.errors import TrialError
from seatrial.records.batch import Frame


def test_what_is_there() -> None:
    there = filled(table())
    assert there.shape == (6, 4)
    assert [tuple(map(int, at)) for at in np.argwhere(~there)] == [(1, 1), (2, 2)]
    assert filled(torch.tensor([[1.0, float("nan")]])).tolist() == [[True, False]]


def test_numbers_become_nan_and_texts_empty_and_nothing_else_changes() -> None:
    gone = np.zeros((6, 4), dtype=bool)
    gone[0, 0] = gone[0, 2] = True
    made = emptied(table(), gone)
    assert isinstance(made, Frame)
    assert list(made) == list(table())
    assert (filled(made) == (filled(table()) & ~gone)).all()
    assert made["job"].dtype.kind == "U"
    assert (made["age"][1:] == table()["age"][1:]).all()
    assert (made["job"][1:] == table()["job"][1:]).all()


def test_arrays_stay_in_their_library() -> None:
    rows = torch.ones((2, 3))
    made = emptied(rows, np.eye(2, 3, dtype=bool))
    assert isinstance(made, torch.Tensor)
    assert made.isnan().tolist() == np.eye(2, 3, dtype=bool).tolist()
    assert not rows.isnan().any()


def test_whole_numbers_and_images_have_no_missing_fields() -> None:
    for rows in (np.zeros((2, 3), dtype=np.int64), np.zeros((2, 1, 4, 4))):
        with pytest.raises(TrialError, match="no field can be missing"):
            filled(rows)
