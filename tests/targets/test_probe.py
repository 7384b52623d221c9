"""The questions to a model that was just loaded: fixed, and of the kind that it takes."""

import numpy as np
import pytest

from seatrial.errors import TargetError
from seatrial.records.batch import Array, Frame, Texts, count
from seatrial.targets.callable import make
from seatrial.targets.probe import CANARIES, canaries
from seatrial.targets.target import Face, Field

FIELDS = (Field("age"), Field("job", "text", ("baker", "clerk")), Field("town", "text"))
CODE = """
import numpy as np

PAY = {"baker": 1.0, "clerk": 2.0}


def pay(rows):
    return np.array([PAY[job] + age for job, age in zip(rows["job"], rows["age"])])


def mean(rows):
    return rows["age"] - rows["age"].mean()


def length(texts):
    return np.array([float(len(text)) for text in texts])
"""


def test_canaries_of_a_table_hold_what_its_columns_may_hold() -> None:
    made = canaries(Face(Frame, "value", columns=FIELDS))
    assert isinstance(made, Frame)
    assert list(made) == ["age", "job", "town"]
    assert count(made) == CANARIES
    assert made["age"].dtype == np.float64
    assert 0 <= made["age"].min() < 20
    assert 80 < made["age"].max() <= 100
    assert made["job"].tolist() == ["baker", "clerk"] * 8
    assert made["town"].dtype.kind == "U"
    again = canaries(Face(Frame, "value", columns=FIELDS))
    assert all(np.array_equal(made[name], again[name]) for name in made)


def test_canaries_of_texts_and_arrays() -> None:
    assert count(canaries(Face(Texts, "labels"))) == CANARIES
    assert canaries(Face(Array, "labels", (2, 3))).shape == (CANARIES, 2, 3)


@pytest.mark.parametrize(
    ("face", "said"),
    [
        (Face(Frame, "value"), "target.input.columns: is missing"),
        (Face(Array, "value"), "target.input.shape: is missing"),
    ],
)
def test_without_columns_or_shape_nothing_can_be_asked(face, said) -> None:
    with pytest.raises(TargetError, match=said):
        canaries(face)


def block(load, **given):
    return {"kind": "callable", "load": f"probed_app:{load}", "input": given, "gives": "value"}


@pytest.fixture
def app(tmp_path):
    (tmp_path / "probed_app.py").write_text(CODE)
    return tmp_path


def test_a_function_of_tables_gets_a_frame_with_the_texts_that_it_may_hold(app) -> None:
    given = {"takes": "table", "columns": {"age": "number", "job": ["baker", "clerk"]}}
    target = make(block("pay", **given), app)
    assert target.face.columns == (Field("age"), Field("job", "text", ("baker", "clerk")))
    assert target.respond(Frame(age=np.array([1.0]), job=np.array(["clerk"]))).tolist() == [3.0]


def test_a_function_that_does_not_know_a_text_is_told_what_to_write(app) -> None:
    with pytest.raises(TargetError) as caught:
        make(block("pay", takes="table", columns={"age": "number", "job": "text"}), app)
    said = str(caught.value)
    assert "the model raised for rows of a table: KeyError: " in said
    assert "{age: number, job: text}: in input.columns say of each number, text, or a list of all its texts" in said


def test_rows_of_a_table_and_texts_are_answered_each_for_itself(app) -> None:
    with pytest.raises(TargetError, match="answers the same inputs differently beside other inputs"):
        make(block("mean", takes="table", columns=["age"]), app)
    assert make(block("length", takes="texts"), app).respond(Texts(("ab", ""))).tolist() == [2.0, 0.0]


@pytest.mark.parametrize(
    "given",
    [
        {"takes": "table", "columns": []},
        {"takes": "table", "columns": ["a", "a"]},
        {"takes": "table", "columns": {"a": "date"}},
        {"takes": "table", "columns": {"a": []}},
        {"takes": "table", "columns": ["a"], "shape": [1]},
        {"takes": "array", "columns": ["a"], "shape": [1]},
    ],
)
def test_columns_that_make_no_sense_are_refused(given, app) -> None:
    with pytest.raises(TargetError, match=r"target\.input"):
        make(block("mean", **given), app)
