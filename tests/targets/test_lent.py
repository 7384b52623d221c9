from dataclasses import dataclass, replace
from typing import Any

import pytest

from seatrial.errors import TargetError
from seatrial.records.batch import Array, Texts
from seatrial.targets.identity import manifest
from seatrial.targets.lent import identities, lent, unlike
from seatrial.targets.target import Face

MODEL = """
from seatrial.testing.victims import linear
def near():
    return linear((4,), 3)
def broken():
    raise ValueError("no")
"""
NEAR = {"kind": "built", "load": "mine:near"}
FACE = Face(Array, "labels", (4,), 0.0, 1.0, 3)


@dataclass(frozen=True)
class Other:
    face: Face

    def respond(self, inputs: Any, /) -> Any:
        return inputs


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine.py").write_text(MODEL)
    return tmp_path


def test_blocks_become_targets_with_identities(folder):
    found = lent({"a": NEAR, "b": NEAR}, folder)
    assert sorted(found) == ["a", "b"]
    assert found["a"].face.shape == (4,)
    assert identities({"a": NEAR}, folder) == {"a": manifest(NEAR, folder)[1]}
    assert list(unlike(FACE, found)) == []
    assert lent({}, folder) == {}


def test_all_that_is_wrong_is_told_with_the_name_of_the_model(folder):
    with pytest.raises(TargetError) as caught:
        lent({"a": {"kind": "built", "load": "mine:broken"}, "b": {"kind": "built", "load": "mine:gone"}}, folder)
    said = [str(problem) for problem in caught.value.problems]
    assert len(said) == 2
    assert all(line.startswith(f"surrogates.{name}: ") for line, name in zip(said, "ab", strict=True))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"takes": Texts}, "takes Texts"),
        ({"shape": (5,)}, "shape [5], and the target [4]"),
        ({"high": 255.0}, "takes 0 to 255"),
        ({"high": None, "low": None}, "has no range"),
        ({"classes": 4}, "has 4 classes, and the target 3"),
    ],
)
def test_a_model_that_cannot_stand_in_is_told(change, words):
    (problem,) = unlike(FACE, {"other": Other(replace(FACE, **change))})
    assert str(problem).startswith("surrogates.other: ")
    assert words in str(problem)


def test_what_neither_says_is_no_difference():
    assert not list(unlike(replace(FACE, shape=None, classes=None), {"other": Other(FACE)}))
