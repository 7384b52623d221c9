"""One temperature: found where it is known, exact in what it changes, refused where it cannot be."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from tests.harden.listed import Listed

from seatrial.errors import HardenError
from seatrial.harden.batches.split import kept_of
from seatrial.harden.calibration.temperature import CARD, Temperature, _few, fitted
from seatrial.harden.remedy import Means
from seatrial.harden.scores import probabilities_of
from seatrial.records.batch import Array
from seatrial.records.threat import Ball
from seatrial.targets.sklearn import SklearnTarget
from seatrial.targets.target import Face
from seatrial.targets.torchmodule import TorchTarget

SEED = Means(bytes(range(32)))
BALL = Ball("linf", 0.05, -8.0, 8.0)


def planted(count=4000, sharp=1.0, seed=3):
    """Cases of three classes drawn from known probabilities, and logits that are `sharp` times too large."""
    chance = np.random.default_rng(seed)
    inputs = chance.normal(size=(count, 3)).astype(np.float32) * 1.5
    labels = np.array([chance.choice(3, p=row) for row in probabilities_of(inputs, "logits")])
    return inputs, labels, inputs.astype(np.float64) * sharp


def network(sharp):
    last = torch.nn.Linear(3, 3)
    with torch.no_grad():
        last.weight.copy_(torch.eye(3) * sharp)
        last.bias.zero_()
    return TorchTarget(torch.nn.Sequential(last), Face(Array, "logits", (3,), -8.0, 8.0, 3))


@pytest.mark.parametrize("sharp", [0.4, 1.0, 3.0])
def test_a_temperature_that_is_known_is_found(sharp) -> None:
    _, labels, logits = planted(sharp=sharp)
    assert fitted({"clean": logits}, labels, {"clean": 1.0}) == pytest.approx(sharp, rel=0.08)


def test_the_mix_lies_between_its_parts() -> None:
    _, labels, logits = planted()
    parts = {"clean": logits * 3, "attacked": logits * 0.5}
    ends = [fitted(parts, labels, {"clean": share, "attacked": 1 - share}) for share in (0.0, 0.5, 1.0)]
    assert ends == sorted(ends)
    assert ends[0] < 1 < ends[2]


def test_a_sharp_network_is_cooled_and_answers_the_same() -> None:
    inputs, labels, _ = planted(3600)
    target = network(3.0)
    mended = Temperature(attacked=0.0, cases=3600).apply(target, Listed(inputs, labels), BALL, SEED)
    assert mended.record["temperature"] == pytest.approx(3.0, rel=0.15)
    worth = mended.record["calibration"]["clean"]
    assert worth["after"]["ece"] < 0.05 < worth["before"]["ece"]
    assert worth["after"]["accuracy"] == worth["before"]["accuracy"]
    assert mended.weights != target.saved(target.module())


def test_attacked_cases_are_told_beside_the_clean_ones() -> None:
    inputs, labels, _ = planted(900)
    worth = Temperature().apply(network(1.0), Listed(inputs, labels), BALL, SEED).record["calibration"]
    assert set(worth) == {"clean", "attacked"}
    assert worth["attacked"]["before"]["accuracy"] < worth["clean"]["before"]["accuracy"]


def test_a_regression_is_cooled_too() -> None:
    inputs, labels, _ = planted(600)
    estimator = LogisticRegression(C=1e6, max_iter=1000).fit(inputs, labels)
    estimator.coef_ *= 4
    estimator.intercept_ *= 4
    target = SklearnTarget(estimator, Face(Array, "probabilities", (3,), -8.0, 8.0, 3))
    mended = Temperature(attacked=0.0).apply(target, Listed(inputs, labels), BALL, SEED)
    assert mended.record["temperature"] == pytest.approx(4.0, rel=0.1)


class Squashed(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.last = torch.nn.Linear(3, 3)

    def forward(self, inputs):
        return torch.tanh(self.last(inputs) * 2) * 5


def test_a_network_that_goes_on_after_its_last_layer_is_refused() -> None:
    torch.manual_seed(1)
    inputs, labels, _ = planted(200)
    target = TorchTarget(Squashed(), Face(Array, "logits", (3,), -8.0, 8.0, 3))
    with pytest.raises(HardenError, match="does not follow from scaling"):
        Temperature(attacked=0.0).apply(target, Listed(inputs, labels), BALL, SEED)


def test_all_that_is_wrong_is_said_at_once() -> None:
    inputs, _, _ = planted(20)
    target = SklearnTarget(LogisticRegression(), Face(Array, "labels", (3,)))
    with pytest.raises(HardenError) as caught:
        Temperature(attacked=1.5).apply(target, Listed(inputs, None), BALL, SEED)
    told = str(caught.value)
    assert len(caught.value.problems) == 3
    assert "a share lies between 0 and 1" in told
    assert "it gives labels, and no confidence" in told
    assert "there are 20 training cases" in told


def test_it_stands_on_the_shelf() -> None:
    assert isinstance(CARD.make(attacked=0.25), Temperature)


def test_cases_that_remedies_keep_for_choosing_come_first() -> None:
    """Nobody trains on them, so a model is no surer of them than of others."""
    cases = Listed(*planted(count=3000)[:2])
    few = _few(cases, 250, "")
    kept = kept_of(cases.take(0, 3000).ids, 0.1)
    assert len(few) == 250
    assert set(few.ids) <= {case for case, one in zip(cases.take(0, 3000).ids, kept, strict=True) if one}
    assert _few(cases, 250, "").ids == few.ids


def test_it_says_what_it_took() -> None:
    mended = Temperature().apply(network(1.0), Listed(*planted(200)[:2]), BALL, SEED)
    assert 0 < mended.record["cpu_seconds"] < 60


def test_what_it_is_worth_is_told_of_cases_that_it_was_not_fitted_on() -> None:
    inputs, labels, _ = planted(600)
    cases = Listed(inputs, labels)
    mended = Temperature(attacked=0.0).apply(network(2.0), cases, BALL, SEED)
    kept = set(mended.kept)
    assert mended.record["validation_cases"] == len(kept) == 600 - mended.record["cases"]
    assert 150 < len(kept) < 250
    aside = [at for at, case in enumerate(cases.take(0, 600).ids) if case in kept]
    swapped = labels.copy()
    swapped[aside] = (labels[aside] + 1) % 3
    other = Temperature(attacked=0.0).apply(network(2.0), Listed(inputs, swapped), BALL, SEED)
    assert other.record["temperature"] == mended.record["temperature"]
    assert other.record["calibration"] != mended.record["calibration"]
