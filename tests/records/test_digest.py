from __future__ import annotations

import hashlib

import numpy as np
import pytest
import torch

from seatrial.records.batch import Message, Talks, Texts, count, rows
from seatrial.records.digest import case_digest, column_digests


def test_known_answers_by_hand():
    array = np.array([[1.0, -0.5]], dtype=np.float32)
    raw = b"seatrial/case/v1\0array\0<f41,2\0" + bytes.fromhex("0000803f000000bf")
    assert case_digest(array) == hashlib.sha256(raw).digest()
    assert case_digest("hé") == hashlib.sha256("seatrial/case/v1\0text\0hé".encode()).digest()
    talk = (Message("user", "hi"), Message("assistant", "yes"))
    raw = b'seatrial/case/v1\0talk\0[{"content":"hi","role":"user"},{"content":"yes","role":"assistant"}]'
    assert case_digest(talk) == hashlib.sha256(raw).digest()
    raw = b"seatrial/case/v1\0table\0a\0" + case_digest(np.int64(1)) + b"b\0" + case_digest(np.float64(2))
    assert case_digest({"b": np.float64(2), "a": np.int64(1)}) == hashlib.sha256(raw).digest()


def test_content_decides_not_layout():
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    one = case_digest(array)
    assert (
        one
        == case_digest(np.asfortranarray(array))
        == case_digest(array.astype(">f4"))
        == case_digest(torch.tensor(array))
    )
    others = [array.T, array.ravel(), array.astype(np.float64), array + np.float32(1e-6), array.astype(np.int32)]
    assert len({one, *map(case_digest, others)}) == 6


def test_negative_zero_is_zero():
    assert case_digest(np.array([-0.0])) == case_digest(np.array([0.0]))
    given = np.array([[-0.0]])
    column_digests(given)
    assert np.signbit(given[0, 0])


@pytest.mark.parametrize(
    "column",
    [
        np.random.default_rng(0).random((7, 2, 2)),
        np.arange(5),
        Texts(["a", "b", ""]),
        Talks([(Message("user", "a"),), (Message("user", "b"), Message("system", "c"))]),
        {"x": np.arange(4), "y": np.ones((4, 2))},
    ],
)
def test_a_column_is_its_rows(column):
    each = column_digests(column)
    assert len(each) == len(set(each)) == count(column)
    for at, digest in enumerate(each):
        row = rows(column, [at])
        single = {k: v[0] for k, v in row.items()} if isinstance(row, dict) else row[0]
        assert case_digest(single) == digest


def test_objects_have_no_content():
    with pytest.raises(TypeError, match="no content"):
        case_digest(np.array([print]))
