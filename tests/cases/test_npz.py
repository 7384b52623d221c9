from __future__ import annotations

import numpy as np
import pytest
from tests.targets import malice

from seatrial.cases.npz import make
from seatrial.errors import CasesError
from seatrial.records.batch import Texts
from seatrial.records.digest import column_digests

X = np.random.default_rng(0).random((6, 3)).astype(np.float32)
Y = np.array([0, 1, 2, 0, 1, 2])


def put(folder, **arrays):
    np.savez(folder / "c.npz", **arrays)
    return {"kind": "npz", "path": "c.npz"}


def test_arrays_come_back(tmp_path):
    cases = make({**put(tmp_path, x=X, y=Y.astype(np.uint8), who=np.array(list("aabbcc"))), "groups": "who"}, tmp_path)
    batch = cases.take(1, 4)
    assert np.array_equal(batch.inputs, X[1:4])
    assert batch.labels.tolist() == [1, 2, 0]
    assert batch.labels.dtype == np.int64
    assert batch.groups.tolist() == ["a", "b", "b"]
    assert batch.ids == column_digests(X)[1:4]
    assert len(cases) == 6
    assert len(cases.take(4, 99)) == 2


def test_other_names_and_no_labels(tmp_path):
    batch = make({**put(tmp_path, images=X), "inputs": "images", "labels": None}, tmp_path).take(0, 6)
    assert batch.labels is None


def test_texts(tmp_path):
    batch = make({**put(tmp_path, x=np.array(["one", "two"]), y=Y[:2])}, tmp_path).take(0, 2)
    assert batch.inputs == Texts(["one", "two"])


def nan(at):
    bad = X.copy()
    bad[at, 1] = np.nan
    return bad


@pytest.mark.parametrize(
    ("arrays", "settings", "expected"),
    [
        ({"x": nan([2, 4]), "y": Y}, {}, ["x: 2 cases hold NaN or infinity, the first at 2, 4"]),
        (
            {"x": X, "y": np.array([0, 1, 9, 0, -1, 2])},
            {"classes": 3},
            ["y: 2 labels are out of range", "9 at 2, -1 at 4"],
        ),
        ({"x": X, "y": Y - 1}, {}, ["y: 2 labels are out of range, the first: -1 at 0"]),
        ({"x": X, "y": Y + 0.5}, {}, ["y: holds float64, not integers"]),
        ({"x": X, "y": Y * 1.0}, {}, ["y.astype(int)"]),
        ({"x": X, "y": Y[:5]}, {}, ["y: has shape (5,) for 6 inputs"]),
        ({"x": X, "y": np.eye(6, dtype=int)}, {}, ["y: has shape (6, 6)", "y.argmax(axis=1)"]),
        ({"x": X, "y": np.array(list("abcabc"))}, {}, ["y: holds texts, not integers", "np.unique"]),
        ({"x": X[:0], "y": Y[:0]}, {}, ["x: has no cases"]),
        ({"x": X * 1j, "y": Y}, {}, ["x: holds complex64"]),
        ({"x": X}, {}, ["y: is no array of the file", "there are x"]),
        (
            {"x": nan(1), "y": Y[:2], "g": Y[:3]},
            {"groups": "g"},
            ["x: 1 cases", "y: has shape (2,)", "g: has shape (3,)"],
        ),
        ({"x": X, "y": Y}, {"paht": 1}, ["cases.paht: is unknown here"]),
        ({"x": X, "y": Y}, {"path": "gone.npz"}, ["gone.npz: there is no such file"]),
        ({"x": X, "y": Y}, {"path": ""}, ["cases.path: is missing"]),
    ],
)
def test_all_that_is_wrong_is_named(tmp_path, arrays, settings, expected):
    with pytest.raises(CasesError) as caught:
        make({**put(tmp_path, **arrays), **settings}, tmp_path)
    for text in expected:
        assert text in str(caught.value)


def test_objects_are_never_read(tmp_path):
    marker = tmp_path / "ran"
    malice.npz(tmp_path / "c.npz", marker)
    marker.unlink(missing_ok=True)
    with pytest.raises(CasesError, match=r"c.npz: x: cannot be read: it holds Python objects"):
        make({"path": "c.npz"}, tmp_path)
    np.save(tmp_path / "d.npz", np.array([malice.Opened(marker)]))
    (tmp_path / "d.npz.npy").rename(tmp_path / "d.npz")
    with pytest.raises(CasesError, match="holds one array"):
        make({"path": "d.npz"}, tmp_path)
    malice.pickled(tmp_path / "e.npz", marker)
    with pytest.raises(CasesError, match=r"no npz file of plain arrays [(]write it with np.savez"):
        make({"path": "e.npz"}, tmp_path)
    assert not marker.exists()
    with np.load(tmp_path / "c.npz", allow_pickle=True) as archive:
        archive["x"][0].close()
    assert marker.exists(), "the payload is dead, so this test proves nothing"


def test_a_torn_file(tmp_path):
    settings = put(tmp_path, x=X, y=Y)
    data = (tmp_path / "c.npz").read_bytes()
    for keep in (0, 3, 50, len(data) - 20):
        (tmp_path / "c.npz").write_bytes(data[:keep])
        with pytest.raises(CasesError, match="no npz file"):
            make(settings, tmp_path)


def test_what_is_true_may_be_a_row_of_flags_or_a_number(tmp_path):
    flags = np.array([[0, 1], [1, 1], [0, 0], [1, -1], [0, 1], [1, 0]])
    batch = make({**put(tmp_path, x=X, y=flags), "truth": "flags"}, tmp_path).take(0, 6)
    assert batch.labels.tolist() == flags.tolist()
    assert batch.labels.dtype == np.int64
    batch = make({**put(tmp_path, x=X, y=(Y + 0.5).astype(np.float32)), "truth": "values"}, tmp_path).take(0, 6)
    assert batch.labels.tolist() == (Y + 0.5).tolist()
    assert batch.labels.dtype == np.float64


@pytest.mark.parametrize(
    ("y", "truth", "expected"),
    [
        (Y, "flags", "has shape (6,) for 6 inputs (a row of 0 and 1 per input)"),
        (np.full((6, 2), 3), "flags", "6 rows hold other numbers than 0, 1 and -1, the first at 0"),
        (np.full((6, 2), 0.5), "flags", "holds float64 (save 0 and 1 as integers)"),
        (np.array([1.0, np.nan, 0, 0, 0, 0]), "values", "1 rows hold NaN or infinity, the first at 1"),
        (np.zeros((5, 2)), "values", "has shape (5, 2) for 6 inputs"),
        (Y, "value", "cases.truth: there is no 'value' (did you mean values?)"),
    ],
)
def test_what_cannot_be_true_is_refused(tmp_path, y, truth, expected):
    with pytest.raises(CasesError) as caught:
        make({**put(tmp_path, x=X, y=y), "truth": truth}, tmp_path)
    assert expected in str(caught.value)
