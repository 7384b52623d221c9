import numpy as np
import pytest
import torch
from tests.adversaries.faults.tables import attacked, table

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.faults.duplicates import Duplicates
from seatrial.records.batch import Batch, Frame, Texts, count
from seatrial.records.random import Random
from seatrial.records.threat import Company
from seatrial.testing.victims import Constant


def called(inputs, rows=5):
    calls, ledger = attacked(Duplicates(), Constant(), inputs, Company(rows))
    assert not ledger.forwards.any()
    assert [count(call) for call in calls] == [rows] * count(inputs)
    return calls


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_second_row_is_the_case_and_the_others_differ_in_the_last_digit(dtype) -> None:
    inputs = np.array([[0.5, -0.25, 0.0], [0.1, 0.2, 0.3]], dtype=dtype)
    for case, call in zip(inputs, called(inputs), strict=True):
        assert call.dtype == dtype
        assert (call[::2] == case).all()
        assert (call[1::2] == np.nextafter(case, np.zeros_like(case))).all()
        assert (np.abs(call) <= np.abs(case)).all(), "no number leaves a range that holds zero"


def test_torch_and_whole_numbers() -> None:
    assert all(isinstance(call, torch.Tensor) for call in Duplicates().attack(*_scene(torch.ones((2, 3)))).stimuli)
    whole = called(np.arange(6).reshape(2, 3))
    assert (whole[1] == np.array([3, 4, 5])).all()


def _scene(inputs):
    ids = (b"a" * 32, b"b" * 32)
    return Constant(), Batch(ids, inputs), Bench(Company(3), Random(bytes(32), ids))


def test_texts_get_a_blank_and_frames_keep_their_texts() -> None:
    assert called(Texts(("one", "")), 3)[0] == ("one", "one ", "one")
    call = called(table(2))[1]
    assert isinstance(call, Frame)
    assert (call["job"] == "smith").all()
    assert np.isnan(call["income"]).all()
    assert (np.diff(call["age"]) != 0).all()
