"""Feature dropping: the column through which the attack wins is not seen any more."""

import numpy as np
import pytest
import skops.io
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from tests.harden.listed import Listed
from tests.harden.training.planted import BALL, SEED, planted, tree

from seatrial.errors import HardenError
from seatrial.harden.training.dropping import CARD, Dropping
from seatrial.records.batch import Texts
from seatrial.records.threat import Edits
from seatrial.targets.sklearn import SklearnTarget
from seatrial.targets.target import Face


def test_the_column_through_which_the_attack_wins_is_dropped() -> None:
    inputs, labels = planted()
    target = tree(inputs, labels)
    mended = Dropping(rounds=0, loss=0.15).apply(target, Listed(inputs, labels), BALL, SEED)
    record = mended.record
    assert record["dropped"] == [1]
    assert record["before"]["robust"] == 0
    assert record["robust"] == record["clean"] > 0.8
    assert record["tried"][0] == {"number": 0, "without": [], "clean": 1.0, "robust": 0.0}
    model = skops.io.loads(mended.weights, trusted=skops.io.get_untrusted_types(data=mended.weights))
    other = inputs.copy()
    other[:, 1] = 0.9
    np.testing.assert_array_equal(model.predict(other), model.predict(inputs))


def test_nothing_is_dropped_that_costs_more_than_allowed() -> None:
    inputs, labels = planted()
    record = Dropping(rounds=0, loss=0.0).apply(tree(inputs, labels), Listed(inputs, labels), BALL, SEED).record
    assert (record["dropped"], record["chosen"], record["clean"]) == ([], 0, 1.0)


def test_texts_have_nothing_to_drop() -> None:
    texts, labels = Texts(["good food", "bad food"] * 30), np.arange(60) % 2
    model = make_pipeline(CountVectorizer(), LogisticRegression()).fit(texts, labels)
    target = SklearnTarget(model, Face(Texts, "probabilities", None, classes=2))
    with pytest.raises(HardenError, match="no columns to leave out"):
        Dropping().apply(target, Worded(texts, labels), Edits(0.1), SEED)


class Worded(Listed):
    def __init__(self, texts, labels):
        super().__init__(np.arange(len(texts)).astype(float), labels)
        self.batch = type(self.batch)(self.batch.ids, texts, labels=labels)


def test_it_stands_on_the_shelf() -> None:
    assert isinstance(CARD.make(most=1), Dropping)
