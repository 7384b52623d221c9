"""TRADES: the trade is a number, and more of it costs clean accuracy."""

from tests.harden.small import BALL, MEANS, fragile, put_into, robust_rate, target, two_features

from seatrial import plugins

CARD = plugins.find("remedies", "training.trades")


def test_it_moves_the_model_to_the_feature_that_survives_the_attack() -> None:
    made = CARD.make(epochs=30, rate=0.05, checks=2).apply(target(fragile()), two_features(), BALL, MEANS)
    assert robust_rate(put_into(fragile(), made.weights), two_features()) > 0.85
    assert made.record["settings"]["course"]["epochs"] == 30


def test_without_the_second_part_it_is_plain_training() -> None:
    recipe = CARD.make(beta=0.0, epochs=10, batch=64, rate=0.05, checks=1)
    made = recipe.apply(target(fragile()), two_features(), BALL, MEANS)
    assert made.record["clean"] == 1.0
    assert made.record["robust"] < 0.5
