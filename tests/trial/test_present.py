"""Presenting: what a target raises is an outcome of the row."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from tests.trial.scene import Function

from seatrial.records.batch import Array, Attempts, Batch, Frame, Oddities, Texts
from seatrial.targets.target import Face
from seatrial.trial.present import LONGEST, present, presentation_key, spoken

FACE = Face(Array, "logits", (4,), 0.0, 1.0, 3)
SAMPLED = replace(FACE, sampled=True)
X = np.arange(20, dtype=np.float64).reshape(5, 4) / 20
BATCH = Batch(tuple(bytes([i]) * 32 for i in range(5)), X)
GOOD = np.zeros((5, 3)) + np.arange(5)[:, None]


def target(answer, **face) -> Function:
    return Function(answer, replace(FACE, **face))


def test_an_honest_target_is_asked_once_and_timed() -> None:
    asked = []
    answers = present(target(lambda x: asked.append(len(x)) or x[:, :3]), BATCH, Attempts(X + 1))
    assert asked == [5]
    assert np.array_equal(answers.tried[0], X[:, :3] + 1)
    assert answers.errors == (("",) * 5,)
    assert (answers.seconds[0] > 0).all()


def raising_on(row: int, error: BaseException):
    def answer(x):
        if (x == X[row]).all(axis=1).any():
            raise error
        return x[:, :3]

    return answer


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), GeneratorExit("g"), RecursionError("deep")])
def test_a_row_that_raises_alone_loses_only_itself(error) -> None:
    answers = present(target(raising_on(2, error)), BATCH, Attempts())
    assert [bool(text) for text in answers.errors[0]] == [False, False, True, False, False]
    assert answers.errors[0][2].startswith(type(error).__name__)
    assert np.isnan(answers.tried[0][2]).all()
    kept = [0, 1, 3, 4]
    assert np.array_equal(answers.tried[0][kept], X[kept, :3])


def test_an_interrupt_is_not_the_targets() -> None:
    with pytest.raises(KeyboardInterrupt):
        present(target(raising_on(2, KeyboardInterrupt())), BATCH, Attempts())


@pytest.mark.parametrize(
    ("gives", "answer"),
    [
        ("logits", lambda x: np.zeros((len(x) - 1, 3))),
        ("logits", lambda x: np.zeros((len(x), 2))),
        ("logits", lambda x: np.zeros(len(x))),
        ("logits", lambda x: np.zeros((len(x), 3, 1))),
        ("logits", lambda x: np.zeros((len(x), 3), dtype=complex)),
        ("logits", lambda x: np.full((len(x), 3), None)),
        ("logits", lambda x: [["a"] * 3] * len(x)),
        ("logits", lambda x: None),
        ("labels", lambda x: np.zeros(len(x))),
        ("labels", lambda x: np.zeros((len(x), 1), dtype=int)),
        ("value", lambda x: np.zeros(0)),
        ("value", lambda x: np.float64(3)),
        ("text", lambda x: "one text for all"),
        ("text", lambda x: Texts(["a"])),
    ],
)
def test_a_wrong_shape_or_dtype_is_an_error_of_each_row(gives, answer) -> None:
    answers = present(target(answer, gives=gives), BATCH, Attempts())
    assert all(answers.errors[0])
    assert len(answers.tried[0]) == 5
    if gives == "labels":
        assert (answers.tried[0] == -1).all()
    elif gives == "text":
        assert answers.tried[0] == ("",) * 5
    else:
        assert np.isnan(answers.tried[0]).all()


@pytest.mark.parametrize(
    ("gives", "answer"),
    [
        ("labels", lambda x: np.arange(len(x))),
        ("value", lambda x: np.ones((len(x), 7))),
        ("value", lambda x: np.ones(len(x))),
        ("text", lambda x: Texts(["a"] * len(x))),
        ("probabilities", lambda x: np.ones((len(x), 3), dtype=np.float32)),
    ],
)
def test_what_the_face_promises_is_no_error(gives, answer) -> None:
    assert not any(present(target(answer, gives=gives), BATCH, Attempts()).errors[0])


def test_rows_of_another_width_than_the_first_are_errors() -> None:
    def answer(x):
        if len(x) > 1:
            raise ValueError("one at a time")
        return np.zeros((1, 5 if x[0, 0] > 0.7 else 3))

    errors = present(target(answer, classes=None), BATCH, Attempts()).errors[0]
    assert [bool(text) for text in errors] == [False, False, False, False, True]


def test_answers_cannot_be_changed_afterwards() -> None:
    buffer = np.zeros((5, 3))

    def answer(x):
        buffer[:] += 1
        x[:] = 9
        return buffer

    before = X.copy()
    answers = present(target(answer), BATCH, Attempts(), draws=2)
    assert (answers.tried[0] == 1).all()
    assert (answers.tried[1] == 2).all()
    assert np.array_equal(before, X)


def test_oddities_are_presented_one_by_one_as_whole_arguments() -> None:
    rows = Oddities((np.zeros((1, 4)), np.zeros((0, 4)), np.zeros((1, 9)), np.full((1, 4), {}), np.float64(1)))

    def answer(x):
        return np.zeros((len(x), 3)) + x.astype(float).sum()

    answers = present(target(answer), BATCH, Attempts(rows))
    said, errors = answers.tried[0], answers.errors[0]
    assert isinstance(said, Oddities)
    assert said[0].shape == (1, 3)
    assert said[1].shape == (0, 3)
    assert said[3] is None
    assert said[4] is None
    assert [bool(text) for text in errors] == [False, False, False, True, True]


@dataclass(frozen=True)
class Noisy:
    face: Face = SAMPLED
    key: bytes = b""

    def fresh(self, key: bytes) -> "Noisy":
        return Noisy(self.face, key)

    def respond(self, x):
        return np.zeros((len(x), 3)) + int.from_bytes(self.key[:4], "big")


def test_every_draw_has_a_key_of_its_own_and_repeats() -> None:
    one, two = (present(Noisy(), BATCH, Attempts(), draws=3, key=b"k" * 32) for _ in range(2))
    assert len({float(draw[0, 0]) for draw in one.tried}) == 3
    assert all(np.array_equal(a, b) for a, b in zip(one.tried, two.tried, strict=True))
    assert presentation_key(b"k" * 32, 0) != presentation_key(b"j" * 32, 0)


@dataclass(frozen=True)
class Stated:
    state: int = 0
    face: Face = FACE

    def under(self, condition):
        if condition == "broken":
            raise OSError("no such state")
        return Stated(condition)

    def respond(self, x):
        return np.zeros((len(x), 3)) + self.state


def test_a_condition_is_the_state_of_the_target() -> None:
    target_ = Stated()
    assert (present(target_, BATCH, Attempts(condition=7)).tried[0] == 7).all()
    assert (present(target_, BATCH, Attempts()).tried[0] == 0).all()
    assert present(target_, BATCH, Attempts(condition="broken")).errors[0] == ("OSError: no such state",) * 5


def test_claims_alone_are_not_presented() -> None:
    answers = present(target(raising_on(0, ValueError("asked"))), BATCH, Attempts(claims=np.zeros(5)), clean=GOOD)
    assert answers.tried == ()
    assert answers.clean is GOOD


@dataclass(frozen=True)
class Timed(Function):
    def serve(self, x):
        return x[:, :3], tuple(float(i) for i in range(len(x)))


def test_a_service_says_its_own_seconds() -> None:
    assert present(Timed(lambda x: x, FACE), BATCH, Attempts()).seconds[0].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


class UnspeakableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even this")


def test_an_error_is_one_short_line_whatever_it_is() -> None:
    assert spoken(UnspeakableError()) == "UnspeakableError: (its text cannot be read)"
    assert spoken(ValueError("a\n  b")) == "ValueError: a b"
    assert len(spoken(ValueError("x" * 9999))) == LONGEST


def test_a_row_of_a_table_that_raises_alone_loses_only_itself() -> None:
    rows = Frame(age=np.array([1.0, np.nan, 3.0]), job=np.array(["baker", "", "clerk"]))
    batch = Batch(tuple(bytes([at]) * 32 for at in range(3)), rows)

    def answer(asked):
        if "" in asked["job"]:
            raise ValueError("a job is missing")
        return asked["age"]

    answers = present(Function(answer, Face(Frame, "value")), batch, Attempts())
    assert answers.errors[0] == ("", "ValueError: a job is missing", "")
    assert np.array_equal(answers.tried[0], [1.0, np.nan, 3.0], equal_nan=True)
    assert list(rows["job"]) == ["baker", "", "clerk"]
