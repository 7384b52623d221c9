"""Adversarial augmentation: a model that leans on what is easily changed learns to lean on what is not."""

from hashlib import sha256

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier
from tests.harden.listed import Listed

from seatrial.errors import HardenError
from seatrial.harden.fitted.refit import begun
from seatrial.harden.foes import JUDGES, TRAINERS, fitting, right, stimuli
from seatrial.harden.remedy import Means
from seatrial.harden.training.augmentation import CARD, Augmentation
from seatrial.records.batch import Array, Batch, Texts
from seatrial.records.threat import Ball, Edits
from seatrial.targets.sklearn import SklearnTarget
from seatrial.targets.target import Face

SEED = Means(bytes(range(32)))
BALL = Ball("linf", 0.1, 0.0, 1.0)
FACE = Face(Array, "probabilities", (2,), 0.0, 1.0, 2)


def planted(count=300, seed=5):
    """The first number tells the class rightly in 95 of 100 cases and by far; the second always, by a hair."""
    chance = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    told = np.where(chance.random(count) < 0.95, labels, 1 - labels)
    far = 0.2 + 0.6 * told + chance.uniform(-0.05, 0.05, count)
    near = 0.5 + np.where(labels == 1, 0.01, -0.01) + chance.uniform(-0.005, 0.005, count)
    return np.stack([far, near], axis=1), labels


def tree(inputs, labels):
    return SklearnTarget(DecisionTreeClassifier(max_depth=1).fit(inputs, labels), FACE)


def held(target, inputs, labels):
    batch = Listed(inputs, labels).batch
    return right(target, stimuli(("evasion.coordinates", {"queries": 300}), target, batch, BALL, bytes(32)), labels)


def test_a_stump_turns_to_the_number_that_an_attacker_cannot_move() -> None:
    inputs, labels = planted()
    target = tree(inputs, labels)
    assert held(target, *planted(seed=6)).mean() == 0
    mended = Augmentation(rounds=2, loss=0.08).apply(target, Listed(inputs, labels), BALL, SEED)
    assert mended.record["rounds"][0]["robust"] == 0
    assert mended.record["robust"] > 0.85
    assert mended.record["chosen"] > 0
    assert [one["round"] for one in mended.record["rounds"]] == [0, 1, 2]
    before = mended.record["before"]
    assert before["who"] == "refitted parent"
    assert (before["clean"], before["robust"]) == (1.0, 0.0)
    assert before["pairs"]["robust"]["won"] == round(mended.record["robust"] * before["cases"])
    assert before["pairs"]["clean"] == {"lost": round((1 - mended.record["clean"]) * before["cases"]), "won": 0,
                                        "chance": before["pairs"]["clean"]["chance"]}  # fmt: skip
    assert mended.record["learned_from"]["cases"] + mended.record["chosen_on"]["cases"] == len(inputs)


def test_what_costs_more_clean_accuracy_than_allowed_is_not_chosen() -> None:
    inputs, labels = planted()
    mended = Augmentation(rounds=1, loss=0.0).apply(tree(inputs, labels), Listed(inputs, labels), BALL, SEED)
    assert (mended.record["chosen"], mended.record["clean"], mended.record["robust"]) == (0, 1.0, 0.0)


@pytest.mark.parametrize("estimator", [RandomForestClassifier(5), HistGradientBoostingClassifier(max_iter=5)])
def test_forests_and_boosting_come_out_the_same_twice(estimator) -> None:
    inputs, labels = planted(120)
    target = SklearnTarget(estimator.fit(inputs, labels), FACE)
    cases = Listed(inputs, labels)
    twice = [Augmentation(rounds=1).apply(target, cases, BALL, SEED) for _ in range(2)]
    assert twice[0].record == twice[1].record
    made_in = twice[0].record["environment"]
    assert {"code.seatrial", "cpu.model", "package.scikit-learn", "python"} <= made_in.keys()
    assert twice[0].record["seed"] == SEED.seed.hex()
    answers = [target.around(one) for one in (_loaded(two.weights) for two in twice)]
    np.testing.assert_array_equal(*(one.respond(inputs) for one in answers))


def _loaded(data):
    return skops.io.loads(data, trusted=skops.io.get_untrusted_types(data=data))


GOOD, BAD = ["lovely", "delightful", "splendid", "wonderful"], ["dreadful", "horrid", "terrible", "miserable"]
FILLING = ["the", "food", "was", "served", "at", "table", "seven", "again"]


def test_a_model_of_words_learns_their_misspellings() -> None:
    chance, labels = np.random.default_rng(1), np.arange(160) % 2
    texts = Texts(" ".join([*chance.choice(GOOD if label else BAD, 2), *chance.choice(FILLING, 4)]) for label in labels)
    model = make_pipeline(CountVectorizer(), LogisticRegression(C=10)).fit(texts, labels)
    target = SklearnTarget(model, Face(Texts, "probabilities", None, classes=2))
    batch = Batch(tuple(sha256(b"%d %s" % (i, one.encode())).digest() for i, one in enumerate(texts)), texts, labels)
    record = Augmentation(rounds=4).apply(target, Whole(batch), Edits(0.03), SEED).record
    assert record["clean"] == 1.0
    assert record["rounds"][0]["robust"] + 0.2 <= record["robust"]


class Whole:
    def __init__(self, batch):
        self.batch = batch

    def __len__(self):
        return len(self.batch)

    def take(self, first, last, /):
        return self.batch.take(np.arange(first, min(last, len(self.batch))))


def test_all_that_is_wrong_is_said_at_once() -> None:
    inputs, _ = planted(20)
    with pytest.raises(HardenError) as caught:
        Augmentation().apply(NotFitted(), Listed(inputs, None), BALL, SEED)
    assert [problem.where for problem in caught.value.problems] == ["target", "cases"]


class NotFitted:
    face = FACE


def test_equal_rows_are_never_on_both_sides_of_the_split() -> None:
    inputs, labels = (np.repeat(one, 3, axis=0) for one in planted(60))
    run = begun(tree(inputs, labels), Listed(inputs, labels), BALL, SEED, validation=0.2)
    assert not set(run.kept.ids) & set(run.used.ids)
    assert len(run.kept) + len(run.used) == 180


def test_a_class_with_hardly_a_case_is_refused() -> None:
    inputs, labels = planted(60)
    labels = labels.copy()
    labels[0] = 2
    with pytest.raises(HardenError, match="no case kept for choosing of class 2"):
        Augmentation().apply(tree(inputs, labels), Listed(inputs, labels), BALL, SEED)


def test_what_the_estimator_cannot_be_fitted_on_is_said() -> None:
    inputs, labels = planted(80)
    target = SklearnTarget(Picky().fit(inputs[:40], labels[:40]), FACE)
    with pytest.raises(HardenError, match=r"cannot be fitted on its training rows.*one of them is odd"):
        Augmentation().apply(target, Listed(inputs, labels), BALL, SEED)


class Picky(DecisionTreeClassifier):
    def fit(self, inputs, labels):
        if len(inputs) != 40:
            raise ValueError("one of them is odd")
        return super().fit(inputs, labels)


def test_attacks_are_chosen_by_what_fits() -> None:
    target = tree(*planted())
    assert [name for name, _ in fitting(TRAINERS, target, BALL)] == ["evasion.coordinates", "evasion.square"]
    assert [name for name, _ in fitting(JUDGES, target, BALL)] == ["evasion.coordinates", "evasion.square"]
    with pytest.raises(HardenError, match="no attack that a remedy knows plays here"):
        fitting(TRAINERS, target, Edits(3))


def test_it_stands_on_the_shelf() -> None:
    assert isinstance(CARD.make(rounds=1), Augmentation)
