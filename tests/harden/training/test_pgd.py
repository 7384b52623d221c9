"""Adversarial training: it mends what plain training leaves open, repeats itself, and leaves the target alone."""

import pytest
import torch
from tests.harden.small import BALL, MEANS, SEED, fragile, put_into, robust_rate, target, two_features

from seatrial.harden.course import Course
from seatrial.harden.remedy import Means
from seatrial.harden.training.pgd import PgdTraining
from seatrial.records.threat import Ball


def short(**told) -> PgdTraining:
    return PgdTraining(course=Course(**{"epochs": 30, "rate": 0.05, "checks": 2, **told}))


@pytest.mark.parametrize("ball", [BALL, Ball("l2", 0.1, 0, 1), Ball("l1", 0.1, 0, 1)], ids=lambda ball: ball.norm)
def test_it_moves_the_model_to_the_feature_that_survives_the_attack(ball) -> None:
    made = short(epochs=15, checks=1).apply(target(fragile()), two_features(), ball, MEANS)
    assert robust_rate(target(fragile()), two_features(), ball) == 0.0
    assert robust_rate(put_into(fragile(), made.weights), two_features(), ball) > 0.85
    assert made.record["robust"] > 0.85 > made.record["before"]["robust"]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    once, again, other = (
        short(epochs=2).apply(target(fragile()), two_features(128), BALL, Means(seed)).weights
        for seed in (SEED, SEED, bytes(32))
    )
    assert once == again
    assert once != other


def test_the_target_itself_stays_as_it_is() -> None:
    module = fragile()
    before = [p.detach().clone() for p in module.parameters()]
    victim = target(module)
    short(epochs=1).apply(victim, two_features(128), Ball("l2", 0.1, 0, 1), MEANS)
    assert all(torch.equal(a, b) for a, b in zip(before, module.parameters(), strict=True))
    assert all(torch.equal(a, b) for a, b in zip(before, victim.module().parameters(), strict=True))


def test_more_steps_are_another_recipe() -> None:
    few, many = (
        PgdTraining(steps=steps, course=Course(epochs=2)).apply(target(fragile()), two_features(128), BALL, MEANS)
        for steps in (1, 5)
    )
    assert few.weights != many.weights
