"""MART: what is wrong untouched counts more."""

from tests.harden.small import BALL, MEANS, fragile, put_into, robust_rate, target, two_features

from seatrial import plugins

CARD = plugins.find("remedies", "training.mart")


def test_it_moves_the_model_to_the_feature_that_survives_the_attack() -> None:
    made = CARD.make(epochs=30, rate=0.05, checks=2).apply(target(fragile()), two_features(), BALL, MEANS)
    assert robust_rate(put_into(fragile(), made.weights), two_features()) > 0.85
    assert made.record["settings"]["course"]["epochs"] == 30


def test_the_weight_of_the_divergence_matters() -> None:
    few, many = (
        CARD.make(beta=beta, epochs=2, checks=1).apply(target(fragile()), two_features(128), BALL, MEANS)
        for beta in (0.0, 5.0)
    )
    assert few.weights != many.weights
