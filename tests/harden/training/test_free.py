"""Free training: one pass for the attack and the weights."""

from tests.harden.small import BALL, MEANS, fragile, put_into, robust_rate, target, two_features

from seatrial import plugins

CARD = plugins.find("remedies", "training.free")


def test_it_moves_the_model_to_the_feature_that_survives_the_attack() -> None:
    made = CARD.make(epochs=30, rate=0.05, checks=2).apply(target(fragile()), two_features(), BALL, MEANS)
    assert robust_rate(put_into(fragile(), made.weights), two_features()) > 0.85
    assert made.record["settings"]["course"]["epochs"] == 30


def test_every_replay_is_an_update_and_goes_on_from_the_last_perturbation() -> None:
    once, often = (
        CARD.make(replays=replays, epochs=2, checks=1).apply(target(fragile()), two_features(128), BALL, MEANS)
        for replays in (1, 4)
    )
    assert once.record["steps"] == often.record["steps"]
    assert once.weights != often.weights
