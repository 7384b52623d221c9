"""What is kept of a case comes back as it was, and nothing in it is ever unpickled."""

import math

import numpy as np
import pytest

from seatrial.errors import EvidenceError
from seatrial.records.batch import Frame, Message, column_of, row_of
from seatrial.trial.stimuli import Specimen, packed, unpacked


def kept(original, stimulus=None):
    [one] = unpacked(packed([Specimen(bytes(32), 0, "1", "1", "0", original, stimulus)]))
    return one


def same(one, other) -> bool:
    return repr(one) == repr(other)


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6, dtype=np.float32).reshape(2, 3),
        "a text",
        (Message("user", "hello"),),
        {"age": 31.0, "job": 'baker, "self"', "none": math.nan, "empty": "", "far": -math.inf, "tiny": 5e-324},
        {"yes": True, "count": 3, "name é": "ü"},
        None,
    ],
    ids=["array", "text", "talk", "row", "other kinds", "nothing"],
)
def test_every_form_comes_back(value) -> None:
    one = kept(value, value)
    assert same(one.original, value)
    assert same(one.stimulus, value)
    assert type(one.original) is type(value)


def test_a_whole_number_in_a_row_of_floats_stays_a_float() -> None:
    assert type(kept({"age": 31.0}).original["age"]) is float


def test_a_table_of_one_row_is_kept_as_its_row_and_another_whole() -> None:
    assert kept(Frame(a=np.array([1.0]), b=np.array(["x"]))).original == {"a": 1.0, "b": "x"}
    for size in (0, 3):
        made = kept(Frame(a=np.arange(size) * 1.0, b=np.array(["x"] * size, dtype="U1"))).original
        assert isinstance(made, Frame)
        assert made["a"].tolist() == list(range(size))
        assert made["b"].dtype.kind == "U"


@pytest.mark.parametrize(
    "value", [{"a": np.array([object()])}, {"a": np.array([b"x"])}, {"a": 1 << 70}, {"a": "\ud800"}]
)
def test_what_has_no_safe_form_is_left_out(value) -> None:
    assert kept(value).original is None


def test_a_row_and_a_column_are_inverse() -> None:
    column = Frame(age=np.array([1.5, np.nan]), job=np.array(["", "clerk"]))
    again = column_of([row_of(column, at) for at in range(2)])
    assert isinstance(again, Frame)
    assert np.array_equal(again["age"], column["age"], equal_nan=True)
    assert again["job"].tolist() == column["job"].tolist()
    with pytest.raises(ValueError, match="other columns"):
        column_of([{"a": 1.0}, {"b": 1.0}])


def test_a_form_that_nobody_knows_is_refused() -> None:
    data = packed([Specimen(bytes(32), 0, "", "", "", {"a": 1.0})])
    with pytest.raises(EvidenceError, match="not a blob of stimuli"):
        unpacked(data.replace(b'"row"', b'"rov"'))
    with pytest.raises(EvidenceError, match="not a blob of stimuli"):
        unpacked(data.replace(b'"f",1', b'"z",1'))
