"""Adversarial training: it mends what plain training leaves open, repeats itself, and refuses what does not fit."""

import numpy as np
import pytest
import safetensors.torch
import torch

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.evasion.pgd import Pgd
from seatrial.cases.listed import listed
from seatrial.errors import HardenError
from seatrial.harden.training.pgd import PgdTraining
from seatrial.records.batch import Array
from seatrial.records.event import silent
from seatrial.records.random import Random
from seatrial.records.threat import Ball, Knowledge
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget

SEED = bytes(range(32))


def two_features(cases: int = 400):
    """The first feature is weak and robust, the second is strong and worth nothing under attack."""
    rng = np.random.default_rng(7)
    labels = rng.integers(0, 2, cases)
    sign = 2.0 * labels - 1
    robust = np.clip(0.5 + 0.35 * sign * (rng.random(cases) < 0.92), 0, 1)
    fragile = 0.5 + 0.04 * sign
    return listed(np.stack([robust, fragile], 1).astype(np.float32), labels)


def untrained() -> torch.nn.Module:
    module = torch.nn.Linear(2, 2)
    with torch.no_grad():
        module.weight.copy_(torch.tensor([[0.0, -4.0], [0.0, 4.0]]))
        module.bias.copy_(torch.tensor([2.0, -2.0]))
    return module


def target(module: torch.nn.Module) -> TorchTarget:
    return TorchTarget(module, Face(takes=Array, gives="logits", shape=(2,), low=0.0, high=1.0, classes=2))


def robust_rate(trained, cases, eps: float) -> float:
    batch = cases.take(0, len(cases)).moved(trained.face.home)
    worst = Pgd(steps=20).attack(trained, batch, Bench(Ball("linf", eps, 0, 1), Random(SEED, batch.ids)))
    return float((trained.respond(worst.stimuli).argmax(1) == batch.labels).double().mean())


def mended(recipe: PgdTraining, cases) -> TorchTarget:
    made = recipe.apply(target(untrained()), cases, Ball("linf", 0.1, 0, 1), SEED, silent)
    module = untrained()
    module.load_state_dict(safetensors.torch.load(made.weights))
    return target(module)


RECIPE = PgdTraining(epochs=40, rate=0.05)


def test_it_moves_the_model_to_the_feature_that_survives_the_attack() -> None:
    cases = two_features()
    before, after = target(untrained()), mended(RECIPE, cases)
    assert robust_rate(before, cases, 0.1) == 0.0
    assert robust_rate(after, cases, 0.1) > 0.85


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    cases, ball = two_features(128), Ball("linf", 0.1, 0, 1)
    recipe = PgdTraining(epochs=2)
    once, again, other = (
        recipe.apply(target(untrained()), cases, ball, seed, silent).weights for seed in (SEED, SEED, bytes(32))
    )
    assert once == again
    assert once != other


def test_the_target_itself_stays_as_it_is() -> None:
    module = untrained()
    before = [p.detach().clone() for p in module.parameters()]
    PgdTraining(epochs=1).apply(target(module), two_features(64), Ball("l2", 0.1, 0, 1), SEED, silent)
    assert all(torch.equal(a, b) for a, b in zip(before, module.parameters(), strict=True))


def test_the_record_counts_only_what_it_trained_on() -> None:
    record = PgdTraining(epochs=1).apply(target(untrained()), two_features(100), Ball("linf", 0.1), SEED, silent).record
    assert record["validation_cases"] + record["cases"] == 100
    assert 0 <= record["robust"] <= record["clean"] <= 1


@pytest.mark.parametrize(
    ("threat", "cases"),
    [(Knowledge(), two_features(64)), (Ball("l1", 1.0), two_features(64)), (Ball(), two_features(8))],
)
def test_what_does_not_fit_is_refused(threat, cases) -> None:
    with pytest.raises(HardenError):
        RECIPE.apply(target(untrained()), cases, threat, SEED, silent)


def test_a_loss_that_is_not_a_number_stops_it() -> None:
    module = untrained()
    with torch.no_grad():
        module.weight.fill_(float("nan"))
    with pytest.raises(HardenError, match="finite"):
        PgdTraining(epochs=1).apply(target(module), two_features(64), Ball("linf", 0.1), SEED, silent)
