from __future__ import annotations

import joblib
import numpy as np
import pytest
import skops.io
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from seatrial.cases.bundled import make as cases
from seatrial.errors import TargetError
from seatrial.records.batch import Array
from seatrial.targets.accounted import capabilities
from seatrial.targets.sklearn import SklearnTarget, make
from seatrial.targets.target import Face
from seatrial.testing.targets import check_target

BATCH = cases({"name": "wine"}, None).take(0, 178)
X, Y = BATCH.inputs, BATCH.labels
BLOCK = {"kind": "sklearn", "weights": "m.skops", "input": {"shape": [13], "range": [0, 1]}}


def saved(folder, estimator, **values):
    skops.io.dump(estimator, folder / "m.skops")
    return {**BLOCK, **values}


def test_a_pipeline_answers_as_it_would_alone(tmp_path):
    estimator = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y)
    target = make(saved(tmp_path, estimator), tmp_path)
    assert (target.face.gives, target.face.classes, target.face.takes) == ("probabilities", 3, Array)
    assert np.allclose(target.respond(X), estimator.predict_proba(X), atol=1e-12)
    assert capabilities(target) == ()
    check_target(target, BATCH.take(range(60)))


def test_without_blocks_check_target_would_notice():
    estimator = MLPClassifier((50,), max_iter=1, random_state=0)
    with pytest.warns(match="Maximum iterations"):
        estimator.fit(X, Y)
    face = Face(Array, "probabilities", (13,), 0, 1, 3)
    check_target(SklearnTarget(estimator, face), BATCH.take(range(60)))
    with pytest.raises(AssertionError, match="has other bytes when"):
        check_target(SklearnTarget(estimator, face, pad=1), BATCH.take(range(60)))


def test_more_rows_than_a_block():
    estimator = LogisticRegression().fit(X, Y)
    target = SklearnTarget(estimator, Face(Array, "probabilities", (13,)))
    many = np.concatenate([X] * 4)
    assert np.array_equal(target.respond(many)[-178:], target.respond(X))
    assert target.respond(many).shape == (712, 3)


@pytest.mark.parametrize(
    ("estimator", "gives", "shape"),
    [
        (RandomForestClassifier(5, random_state=0), "probabilities", (178, 3)),
        (SVC(), "logits", (178, 3)),
        (LinearSVC(), "labels", (178,)),
        (LinearRegression(), "value", (178,)),
    ],
)
def test_every_form_of_answer(tmp_path, estimator, gives, shape):
    joblib.dump(estimator.fit(X, Y), str(tmp_path / "m.joblib"))
    target = make({**BLOCK, "weights": "m.joblib", "unsafe": True, "gives": gives}, tmp_path)
    assert target.respond(X).shape == shape
    check_target(target, BATCH.take(range(40)))


def test_two_classes_by_decision_have_two_columns():
    estimator = LinearSVC().fit(X, Y == 1)
    logits = SklearnTarget(estimator, Face(Array, "logits")).respond(X)
    assert np.array_equal(logits.argmax(axis=1), estimator.predict(X))
    assert (logits[:, 0] == 0).all()


def test_labels_are_positions():
    names = np.array(["ale", "gin", "rum"])[Y]
    target = SklearnTarget(LinearSVC().fit(X, names), Face(Array, "labels"))
    assert (target.respond(X) == Y).mean() > 0.9


def test_untrusted_types_are_listed_exactly(tmp_path):
    block = saved(tmp_path, RandomForestClassifier(3, random_state=0).fit(X, Y))
    skops.io.dump(make_pipeline(Doubled(), LogisticRegression()).fit(X, Y), tmp_path / "m.skops")
    with pytest.raises(TargetError, match=r"add to target: trusted: \[[\w.]*test_sklearn.Doubled\]") as caught:
        make(block, tmp_path)
    trusted = str(caught.value).rsplit("[", 1)[1].rstrip(")]").split(", ")
    target = make({**block, "trusted": trusted}, tmp_path)
    assert target.respond(X).shape == (178, 3)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"weights": "gone.skops"}, "there is no file"),
        ({"input": {"shape": [12]}}, r"is \[12\], but the model was fitted on \[13\]"),
        ({"input": {}}, r"input.shape: is missing"),
        ({"gives": "value"}, "LogisticRegression cannot give value"),
        ({"classes": 4}, "is 4, but the model knows 3"),
        ({"load": "x:y"}, "target.load: is unknown here"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, values, expected):
    block = saved(tmp_path, LogisticRegression().fit(X, Y), **values)
    with pytest.raises(TargetError, match=expected):
        make(block, tmp_path)


def test_damaged_and_senseless_files(tmp_path):
    block = saved(tmp_path, LogisticRegression().fit(X, Y))
    data = (tmp_path / "m.skops").read_bytes()
    (tmp_path / "m.skops").write_bytes(data[: len(data) // 2])
    with pytest.raises(TargetError, match="unknown content"):
        make(block, tmp_path)
    skops.io.dump({"a": 1}, tmp_path / "m.skops")
    with pytest.raises(TargetError, match="hold dict, which cannot predict"):
        make(block, tmp_path)


class Doubled(StandardScaler):
    """A type that skops does not know."""


def test_the_data_are_the_real_ones():
    assert len(np.unique(load_wine().target)) == 3
