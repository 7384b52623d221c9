"""Calibration: known answers, and scikit-learn as a second opinion."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss

from seatrial.harden.scores import logits_of, probabilities_of, reliability


def drawn(count, seed=7):
    chance = np.random.default_rng(seed)
    logits = chance.normal(size=(count, 4)) * 2
    probabilities = probabilities_of(logits, "logits")
    labels = np.array([chance.choice(4, p=row) for row in probabilities])
    return logits, probabilities, labels


def test_by_hand() -> None:
    """Three cases at .9 of which two are right, one at .6 that is wrong."""
    given = np.array([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.6, 0.4]])
    found = reliability(given, np.array([0, 0, 0, 1]), bins=10)
    assert found.accuracy == 0.5
    assert found.confidence == pytest.approx(0.825)
    assert found.ece == pytest.approx((3 * abs(0.9 - 2 / 3) + 0.6) / 4)
    assert [one.count for one in found.bins] == [0, 0, 0, 0, 0, 1, 0, 0, 3, 0]
    assert found.bins[8].accuracy == pytest.approx(2 / 3)
    assert found.brier == pytest.approx((0.02 + 0.02 + 1.62 + 0.72) / 4)


def test_a_sure_model_that_is_right_has_no_error() -> None:
    found = reliability(np.eye(3)[[0, 1, 2, 1]], np.array([0, 1, 2, 1]))
    assert (found.ece, found.ece_even, found.brier, found.nll) == (0, 0, 0, 0)


def test_who_says_what_it_knows_is_calibrated() -> None:
    _, probabilities, labels = drawn(20_000)
    found = reliability(probabilities, labels)
    assert found.ece < 0.01
    assert abs(found.confidence - found.accuracy) < 0.01
    sharper = reliability(probabilities_of(drawn(20_000)[0] * 3, "logits"), labels)
    assert sharper.ece > 0.1
    assert sharper.ece_even > 0.1
    assert sharper.confidence > sharper.accuracy == found.accuracy


def test_it_agrees_with_scikit_learn() -> None:
    _, probabilities, labels = drawn(500)
    found = reliability(probabilities, labels)
    assert found.nll == pytest.approx(log_loss(labels, probabilities, labels=range(4)))
    two = probabilities[:, :2] / probabilities[:, :2].sum(axis=1, keepdims=True)
    truth = (labels > 1).astype(int)
    assert reliability(two, truth).brier == pytest.approx(2 * brier_score_loss(truth, two[:, 1]))


def test_probabilities_and_logits_stand_for_each_other() -> None:
    logits, probabilities, _ = drawn(50)
    again = probabilities_of(logits_of(probabilities, "probabilities"), "logits")
    np.testing.assert_allclose(again, probabilities, rtol=1e-9)
    assert np.isfinite(logits_of(np.array([[1.0, 0.0]]), "probabilities")).all()
    np.testing.assert_array_equal(logits_of(logits, "logits"), logits)


@pytest.mark.parametrize(("given", "labels"), [(np.ones((0, 2)), np.ones(0)), (np.ones((3, 2)), np.ones(2, int))])
def test_what_is_no_answer_of_some_cases_is_refused(given, labels) -> None:
    with pytest.raises(ValueError, match="are not those of some cases"):
        reliability(given, labels)


def test_it_is_told_in_plain_numbers() -> None:
    said = reliability(*drawn(30)[1:], bins=5).to_json()
    assert said["cases"] == 30
    assert len(said["bins"]) == 5
    assert all(isinstance(value, int | float) for name, value in said.items() if name != "bins")
