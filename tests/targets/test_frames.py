"""Table rows as pandas takes them, and what fitted models say of their columns."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer, make_column_selector, make_column_transformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from seatrial.records.batch import Frame
from seatrial.targets.frames import dataframe, fitted_fields
from seatrial.targets.target import Field

ROWS = pd.DataFrame(
    {
        "age": [20.0, 30.0, np.nan, 50.0] * 5,
        "job": ["baker", "clerk", np.nan, "pilot"] * 5,
        "sex": ["f", "m"] * 10,
        "note": ["all is well", "late again", "no answer", "moved"] * 5,
    }
)
ANSWERS = ["no", "yes"] * 10
JOBS = ("baker", "clerk", "pilot")


def test_a_frame_becomes_what_pandas_reads() -> None:
    made = dataframe(Frame(job=np.array(["baker", ""]), age=np.array([1.5, np.nan])), ["age", "job"])
    assert list(made) == ["age", "job"]
    assert made["age"].dtype == np.float64
    assert made["job"].dtype == object
    assert made.isna().to_numpy().tolist() == [[False, False], [True, True]]
    assert made["job"].iloc[0] == "baker"


def test_what_is_not_declared_stays_away_and_what_is_missing_raises() -> None:
    assert list(dataframe(Frame(a=np.ones(2), b=np.ones(2)), ["b"])) == ["b"]
    with pytest.raises(KeyError):
        dataframe(Frame(a=np.ones(2)), ["b"])


def test_truth_values_and_whole_numbers_keep_their_kind() -> None:
    made = dataframe(Frame(a=np.array([True]), b=np.array([3])), ["a", "b"])
    assert [str(kind) for kind in made.dtypes] == ["bool", "int64"]


def words(by):
    return make_pipeline(SimpleImputer(strategy="most_frequent"), by)


MODELS = {
    "by name": (
        make_column_transformer((StandardScaler(), ["age"]), (words(OneHotEncoder()), ["job", "sex"])),
        {"job": JOBS, "sex": ("f", "m")},
    ),
    "by position": (
        make_column_transformer((words(OrdinalEncoder()), [1, 2]), (SimpleImputer(), [0])),
        {"job": JOBS, "sex": ("f", "m")},
    ),
    "by mask": (make_column_transformer((words(OrdinalEncoder()), [False, True, False, False])), {"job": JOBS}),
    "by slice": (
        make_column_transformer((words(OrdinalEncoder()), slice("job", "sex"))),
        {"job": JOBS, "sex": ("f", "m")},
    ),
    "by kind": (
        make_column_transformer(
            (words(OneHotEncoder()), make_column_selector(pattern="^(?:job|sex)$")), (SimpleImputer(), ["age"])
        ),
        {"job": JOBS, "sex": ("f", "m")},
    ),
    "by vectoriser": (make_column_transformer((TfidfVectorizer(), "note"), (SimpleImputer(), ["age"])), {"note": ()}),
    "imputed only": (
        make_pipeline(
            ColumnTransformer([("a", SimpleImputer(strategy="most_frequent"), ["job", "sex"])]),
            OneHotEncoder(),
        ),
        {"job": ("baker",), "sex": ("f",)},
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_fitted_model_says_which_columns_hold_texts(name) -> None:
    mixed, texts = MODELS[name]
    fitted = make_pipeline(mixed, SimpleImputer(), LogisticRegression()).fit(ROWS, ANSWERS)
    if name == "by vectoriser":
        fitted = make_pipeline(mixed, LogisticRegression()).fit(ROWS, ANSWERS)
    found = fitted_fields(fitted)
    assert [field.name for field in found] == list(ROWS)
    assert {field.name: field.values for field in found if field.kind == "text"} == texts


def test_a_search_says_what_its_best_model_says() -> None:
    rows = ROWS[["age", "sex"]].fillna(1)
    mixed = make_column_transformer((OneHotEncoder(), ["sex"]), remainder="passthrough")
    found = GridSearchCV(make_pipeline(mixed, LogisticRegression()), {"logisticregression__C": [1, 2]}, cv=2)
    assert fitted_fields(found.fit(rows, ANSWERS)) == (Field("age"), Field("sex", "text", ("f", "m")))


def test_a_model_of_plain_arrays_knows_no_names() -> None:
    assert fitted_fields(LogisticRegression().fit(np.arange(20.0).reshape(-1, 1), ANSWERS)) == ()
