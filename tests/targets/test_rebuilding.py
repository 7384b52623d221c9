"""Estimators built otherwise: they keep the shape of their rows, and load from a file that nobody has to trust more."""

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from seatrial.errors import TargetError
from seatrial.records.batch import Array, Frame, Texts
from seatrial.targets.changes import Coarse, Monotone, Rebuildable, Without
from seatrial.targets.sklearn import HARMLESS, SklearnTarget
from seatrial.targets.target import Face, Field

ROWS = np.random.default_rng(3).random((80, 3))
LABELS = (ROWS[:, 0] + 0.2 * ROWS[:, 1] > 0.6).astype(int)
FACE = Face(Array, "probabilities", (3,), 0.0, 1.0, 2)


def target(estimator):
    return SklearnTarget(estimator.fit(ROWS, LABELS), FACE)


def refitted(one, change):
    return one.rebuilt(change).fitted(ROWS, LABELS, seed=1)


def moved(column, by=0.3):
    rows = ROWS.copy()
    rows[:, column] += by
    return rows


ESTIMATORS = [
    LogisticRegression(),
    DecisionTreeClassifier(),
    make_pipeline(StandardScaler(), LogisticRegression()),
    make_pipeline(
        ColumnTransformer([("one", StandardScaler(), [0, 2]), ("two", "passthrough", slice(1, 2))]),
        LogisticRegression(),
    ),
    make_pipeline(
        ColumnTransformer([("one", StandardScaler(), [True, False, True])], remainder="passthrough"),
        LogisticRegression(),
    ),
]


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_dropped_column_changes_nothing_any_more(estimator) -> None:
    one = target(estimator)
    assert isinstance(one, Rebuildable)
    assert (one.respond(moved(0)) != one.respond(ROWS)).any()
    without = refitted(one, Without((0,)))
    np.testing.assert_array_equal(without.respond(moved(0)), without.respond(ROWS))
    assert (without.respond(moved(1)) != without.respond(ROWS)).any()
    with pytest.raises(ValueError, match="features"):
        without.respond(ROWS[:, 1:])


@pytest.mark.parametrize("change", [Without((0,)), Coarse(3), Coarse(2, "kmeans"), Monotone({0: 1})])
def test_the_file_needs_no_more_trust_than_that_of_its_parent(change) -> None:
    one = target(DecisionTreeClassifier(max_depth=3))
    made = refitted(one, change)
    saved = [each.saved(each.module()) for each in (one, made)]
    ours, theirs = (set(skops.io.get_untrusted_types(data=data)) - set(HARMLESS) for data in saved)
    assert theirs <= ours
    again = made.around(skops.io.loads(saved[1], trusted=skops.io.get_untrusted_types(data=saved[1])))
    np.testing.assert_array_equal(again.respond(ROWS), made.respond(ROWS))


def test_dropping_twice_drops_both() -> None:
    one = refitted(refitted(target(DecisionTreeClassifier()), Without((0,))), Without((0, 2)))
    np.testing.assert_array_equal(one.respond(moved(2)), one.respond(ROWS))


def test_behind_bins_only_the_bin_matters() -> None:
    one = refitted(target(DecisionTreeClassifier()), Coarse(2, "uniform"))
    ends = np.stack([ROWS.min(axis=0), ROWS.max(axis=0)])
    middle = ends.mean(axis=0)
    low, high = np.tile(ends[0], (2, 1)), np.tile(ends[1], (2, 1))
    low[1], high[1] = middle - 0.01, middle + 0.01
    for pair in (low, high):
        answers = one.respond(pair)
        np.testing.assert_array_equal(answers[0], answers[1])
    assert len(refitted(one, Coarse(3)).module().steps) == 2, "other bins take the place of those that were there"


@pytest.mark.parametrize("way", [1, -1])
def test_a_constraint_holds_everywhere(way) -> None:
    rows = np.random.default_rng(4).random((200, 3))
    for estimator in (
        HistGradientBoostingClassifier(max_iter=10),
        make_pipeline(StandardScaler(), DecisionTreeClassifier()),
    ):
        one = refitted(refitted(target(estimator), Without((2,))), Monotone({0: way}))
        higher = rows.copy()
        higher[:, 0] += np.random.default_rng(5).random(200)
        change = one.respond(higher)[:, 1] - one.respond(rows)[:, 1]
        assert (way * change >= 0).all()


@pytest.mark.parametrize(
    ("estimator", "change", "message"),
    [
        (LogisticRegression(), Without((7,)), "has no column 7"),
        (LogisticRegression(), Without((0, 1, 2)), "would see no column"),
        (LogisticRegression(), Monotone({0: 1}), "LogisticRegression, which knows no monotone constraints"),
        (DecisionTreeClassifier(), Monotone({0: 2}), "rises by 2"),
        (DecisionTreeClassifier(), Monotone({"age": 1}), "has no column 'age'"),
        (make_pipeline(Normalizer(), DecisionTreeClassifier()), Monotone({0: 1}), "step normalizer"),
        (ESTIMATORS[3], Coarse(2), "chooses and changes columns"),
    ],
)
def test_what_cannot_be_is_said(estimator, change, message) -> None:
    with pytest.raises(TargetError, match=message):
        target(estimator).rebuilt(change)


def test_more_classes_than_two_know_no_direction() -> None:
    one = SklearnTarget(DecisionTreeClassifier().fit(ROWS, np.arange(80) % 3), FACE)
    with pytest.raises(TargetError, match="has 3 classes"):
        one.rebuilt(Monotone({0: 1}))


def test_a_table_loses_a_column_of_texts() -> None:
    jobs = np.where(np.arange(80) % 2 == 0, "chief", "clerk")
    frame = pd.DataFrame({"age": ROWS[:, 0], "pay": ROWS[:, 1], "job": jobs})
    chooser = ColumnTransformer([("n", "passthrough", ["age", "pay"]), ("t", OneHotEncoder(), ["job"])])
    model = make_pipeline(chooser, LogisticRegression()).fit(frame, jobs == "chief")
    fields = (Field("age"), Field("pay"), Field("job", "text", ("chief", "clerk")))
    one = SklearnTarget(model, Face(Frame, "probabilities", None, classes=2, columns=fields))
    rows = Frame({"age": ROWS[:, 0], "pay": ROWS[:, 1], "job": jobs})
    assert one.columns() == ("age", "pay", "job")
    without = one.rebuilt(Without(("job",))).fitted(rows, np.asarray(jobs == "chief").astype(int), seed=1)
    other = Frame({**rows, "job": jobs[::-1].copy()})
    assert (one.respond(other) != one.respond(rows)).any()
    np.testing.assert_array_equal(without.respond(other), without.respond(rows))


def test_texts_have_no_columns() -> None:
    assert SklearnTarget(LogisticRegression(), Face(Texts, "probabilities", None)).columns() == ()
