from __future__ import annotations

import numpy as np
import pytest

from seatrial.errors import TargetError
from seatrial.records.batch import Array, Batch, Texts
from seatrial.records.digest import case_digest, column_digests
from seatrial.targets.recorded import RecordedTarget, make
from seatrial.targets.target import Face
from seatrial.testing.targets import check_target

X = np.arange(40, dtype=np.float32).reshape(10, 4)
Z = np.stack([X.sum(axis=1), -X.sum(axis=1)], axis=1)
BLOCK = {"kind": "recorded", "path": "a.npz", "gives": "logits", "input": {"shape": [4]}}


def keys(inputs):
    return np.frombuffer(b"".join(column_digests(inputs)), dtype=np.uint8).reshape(-1, 32)


def test_answers_come_back(tmp_path):
    np.savez(tmp_path / "a.npz", cases=keys(X), answers=Z)
    target = make(BLOCK, tmp_path)
    assert np.array_equal(target.respond(X[::-1]), Z[::-1])
    check_target(target, Batch(column_digests(X), X))


def test_an_unknown_input_is_an_error_that_names_each(tmp_path):
    np.savez(tmp_path / "a.npz", cases=keys(X), answers=Z)
    asked = X.copy()
    asked[[2, 5]] += np.float32(1e-3)
    with pytest.raises(TargetError) as caught:
        make(BLOCK, tmp_path).respond(asked)
    assert [problem.where for problem in caught.value.problems] == ["row 2", "row 5"]
    assert case_digest(asked[2]).hex() in str(caught.value)


def test_texts():
    target = RecordedTarget({case_digest("a"): "b"}, Face(Texts, "text"))
    assert target.respond(Texts(["a", "a"])) == Texts(["b", "b"])


@pytest.mark.parametrize(
    ("arrays", "expected"),
    [
        ({"cases": keys(X)}, "has no array: .*answers"),
        ({"cases": keys(X)[:3], "answers": Z}, r"`cases` is uint8 \(3, 32\) for 10 answers"),
        ({"cases": keys(X[[0, 0]]), "answers": Z[:2]}, "two answers to one input"),
        ({"cases": keys(X), "answers": np.array([print] * 10)}, "no npz file of plain arrays"),
    ],
)
def test_malformed_files(tmp_path, arrays, expected):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(TargetError, match=expected):
        make(BLOCK, tmp_path)


def test_other_files(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04")
    with pytest.raises(TargetError, match="no npz file"):
        make(BLOCK, tmp_path)
    with pytest.raises(TargetError, match="there is no file"):
        make({**BLOCK, "path": "b.npz"}, tmp_path)
    assert RecordedTarget({}, Face(Array, "logits")).face.gives == "logits"
