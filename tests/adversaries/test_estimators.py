"""Adversaries of texts and tables keep their contract on scikit-learn pipelines, with scores and with labels alone."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from tests.adversaries.faults.tables import attacked

from seatrial.adversaries.faults.missing import Missing
from seatrial.adversaries.text.search import Search
from seatrial.adversaries.text.typos import Typos
from seatrial.cases.listed import listed
from seatrial.controls.control import Plant
from seatrial.records.batch import Array, Frame, Texts
from seatrial.records.threat import Company, Edits, Malformed
from seatrial.records.threat import Missing as Fewer
from seatrial.targets.sklearn import SklearnTarget
from seatrial.targets.target import Face, Field
from seatrial.testing.adversaries import check_adversary

GOOD, BAD = ("great", "lovely", "superb", "pleasant"), ("awful", "terrible", "horrible", "nasty")
GIVES = ("probabilities", "labels")


@cache
def reviews():
    """Texts of four telling words of one kind and one of the other, and their labels."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 40)
    telling = [(*rng.choice(GOOD if y else BAD, 3), *rng.choice(BAD if y else GOOD, 1)) for y in labels]
    return Texts(f"the film of number {at} was {' and '.join(words)}" for at, words in enumerate(telling)), labels


@cache
def loans():
    rng = np.random.default_rng(0)
    frame = Frame(
        age=rng.integers(18, 90, 120).astype(np.float64),
        income=np.round(rng.lognormal(10, 0.5, 120)),
        job=rng.choice(["cook", "smith", "pilot"], 120),
    )
    return frame, (frame["income"] / 3e4 + (frame["age"] - 50) / 40 > 1).astype(np.int64)


@cache
def reader(gives) -> SklearnTarget:
    texts, labels = reviews()
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(list(texts), labels)
    return SklearnTarget(model, Face(Texts, gives, classes=2), pad=2)


@cache
def scorer(gives) -> SklearnTarget:
    frame, labels = loans()
    made = ColumnTransformer(
        [("n", SimpleImputer(), ["age", "income"]), ("c", OneHotEncoder(handle_unknown="ignore"), ["job"])]
    )
    model = make_pipeline(made, LogisticRegression(max_iter=1000)).fit(pd.DataFrame(dict(frame)), labels)
    columns = (Field("age", "number"), Field("income", "number"), Field("job", "text"))
    return SklearnTarget(model, Face(Frame, gives, classes=2, columns=columns), pad=2)


def first(column, size):
    return type(column)(column[:size]) if isinstance(column, tuple) else Frame({k: v[:size] for k, v in column.items()})


@pytest.mark.parametrize("gives", GIVES)
@pytest.mark.parametrize(
    "name", ["text.typos", "text.homoglyphs", "text.search", "faults.duplicates", "faults.company"]
)
def test_texts(name, gives) -> None:
    texts, labels = reviews()
    threat = Company(3) if name.startswith("faults") else Edits(0.05)
    tactics = {"queries": 8} if name == "text.search" else {}
    plant = Plant(reader(gives), listed(first(texts, 3), labels[:3]), threat, 0.0, tactics)
    check_adversary(name, plant=plant)


@pytest.mark.parametrize("gives", GIVES)
@pytest.mark.parametrize(
    ("name", "threat"),
    [
        ("faults.blanks", Fewer(1)),
        ("faults.missing", Fewer(2)),
        ("faults.schema", Malformed()),
        ("faults.duplicates", Company(3)),
        ("faults.company", Company(3)),
    ],
)
def test_tables(name, threat, gives) -> None:
    frame, labels = loans()
    check_adversary(name, plant=Plant(scorer(gives), listed(first(frame, 3), labels[:3]), threat, 0.0))


def right(target, column, labels) -> float:
    answers = np.asarray(target.respond(column))
    return float(((answers if answers.ndim == 1 else answers.argmax(axis=1)) == labels).mean())


@pytest.mark.parametrize("gives", GIVES)
def test_the_search_does_far_more_harm_than_chance(gives) -> None:
    target, (texts, labels) = reader(gives), reviews()
    assert right(target, texts, labels) == 1
    typed, _ = attacked(Typos(), target, texts, Edits(0.05), labels=labels)
    searched, _ = attacked(Search(queries=60), target, texts, Edits(0.05), labels=labels)
    assert right(target, searched, labels) < right(target, typed, labels) - 0.2


@pytest.mark.parametrize("gives", GIVES)
def test_the_worst_field_is_found_in_arrays_that_may_hold_nan(gives) -> None:
    rng = np.random.default_rng(1)
    rows = rng.random((400, 5))
    labels = (rows[:, 2] > 0.5).astype(np.int64)
    model = HistGradientBoostingClassifier(max_iter=20).fit(rows, labels)
    target = SklearnTarget(model, Face(Array, gives, (5,), 0.0, 1.0, 2), pad=1)
    made, _ = attacked(Missing(), target, rows[:40], Fewer(1), labels=labels[:40])
    fallen = np.asarray(target.respond(made))
    fallen = (fallen if fallen.ndim == 1 else fallen.argmax(axis=1)) != labels[:40]
    assert fallen.any()
    assert np.isnan(made[fallen, 2]).all()
