"""Monotone constraints: declared, or proposed where chance does not explain what the rows show."""

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from tests.harden.listed import Listed
from tests.harden.training.planted import BALL, FACE, SEED, planted, tree

from seatrial.errors import HardenError
from seatrial.harden.training.monotone import CARD, Monotone
from seatrial.records.threat import Ball
from seatrial.targets.sklearn import SklearnTarget

INPUTS, LABELS = planted()


def loaded(mended):
    return skops.io.loads(mended.weights, trusted=skops.io.get_untrusted_types(data=mended.weights))


def test_what_rises_with_the_class_is_proposed_and_kept_to() -> None:
    chance = np.random.default_rng(1)
    inputs = np.stack([INPUTS[:, 0], chance.random(len(INPUTS))], axis=1)
    target = SklearnTarget(HistGradientBoostingClassifier(max_iter=5).fit(inputs, LABELS), FACE)
    mended = Monotone(rounds=0, loss=0.1).apply(target, Listed(inputs, LABELS), BALL, SEED)
    assert mended.record["ways"] == {"0": 1}, "noise is not proposed"
    assert mended.record["proposed"]["0"] > 8
    assert mended.record["recipe"]["ways"] == {}


def test_a_declared_constraint_comes_before_what_the_rows_say() -> None:
    recipe = Monotone(ways={"1": -1}, rounds=0, loss=1.0, propose=False)
    mended = recipe.apply(tree(INPUTS, LABELS), Listed(INPUTS, LABELS), BALL, SEED)
    assert mended.record["ways"] == {"1": -1}
    assert mended.record["proposed"] == {}
    higher = INPUTS + np.array([0, 0.3])
    model = loaded(mended)
    assert mended.record["chosen"] == 1
    assert (model.predict_proba(higher)[:, 1] <= model.predict_proba(INPUTS)[:, 1]).all()


def test_who_can_only_raise_a_number_gains_nothing_by_it() -> None:
    """A spammer can only add words: the score of spam (class 1) must not fall with their number."""
    chance = np.random.default_rng(7)
    labels = np.arange(160) % 2
    surely, maybe = 0.4 * labels + chance.uniform(0, 0.6, 160), 0.3 * (1 - labels) + chance.uniform(0, 0.5, 160)
    inputs = np.stack([surely, maybe], axis=1)
    target = tree(inputs, labels, max_depth=4)
    recipe = Monotone(ways={0: 1, 1: 1}, rounds=0, loss=0.3, columns={"raised": [1], "fixed": [0]})
    spam = recipe.apply(target, Listed(inputs, labels), Ball("linf", 0.5, 0.0, 1.0), SEED)
    model = loaded(spam)
    assert spam.record["recipe"]["columns"] == {"raised": [1], "fixed": [0]}
    assert spam.record["chosen"] == 1
    assert spam.record["robust"] > spam.record["before"]["robust"] + 0.1
    higher = inputs + np.array([0, 0.5])
    assert (model.predict(higher)[labels == 1] >= model.predict(inputs)[labels == 1]).all()


@pytest.mark.parametrize(
    ("recipe", "estimator", "message"),
    [
        (Monotone(ways={0: 1}), LogisticRegression(), "knows no monotone constraints"),
        (Monotone(propose=False), HistGradientBoostingClassifier(max_iter=2), "no constraint is declared"),
        (Monotone(ways={5: 1}), HistGradientBoostingClassifier(max_iter=2), "has no column 5"),
        (Monotone(ways={0: 3}), HistGradientBoostingClassifier(max_iter=2), "rises by 3"),
    ],
)
def test_what_cannot_be_constrained_is_said(recipe, estimator, message) -> None:
    target = SklearnTarget(estimator.fit(INPUTS, LABELS), FACE)
    with pytest.raises(HardenError, match=message):
        recipe.apply(target, Listed(INPUTS, LABELS), BALL, SEED)


def test_it_stands_on_the_shelf() -> None:
    assert CARD.made({"ways": {"0": 1}}).ways == {"0": 1}
