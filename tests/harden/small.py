"""Models and cases that train in a second: two features, one weak and robust, one strong and worth nothing."""

from functools import cache

import numpy as np
import safetensors.torch
import torch

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.evasion.pgd import Pgd
from seatrial.cases.listed import listed
from seatrial.harden.remedy import Means
from seatrial.records.batch import Array
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget

SEED = bytes(range(32))
BALL = Ball("linf", 0.1, 0, 1)
MEANS = Means(SEED)
FACE = Face(takes=Array, gives="logits", shape=(2,), low=0.0, high=1.0, classes=2)


@cache
def two_features(cases: int = 400, *, seed: int = 7):
    """The first feature is weak and robust, the second is strong and falls to a change of a twentieth."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, cases)
    sign = 2.0 * labels - 1
    robust = np.clip(0.5 + 0.35 * sign * (rng.random(cases) < 0.92) + 0.02 * rng.random(cases), 0, 1)
    fragile = 0.5 + 0.04 * sign
    return listed(np.stack([robust, fragile], 1).astype(np.float32), labels)


def fragile() -> torch.nn.Module:
    """It reads the fragile feature alone."""
    module = torch.nn.Linear(2, 2)
    with torch.no_grad():
        module.weight.copy_(torch.tensor([[0.0, -4.0], [0.0, 4.0]]))
        module.bias.copy_(torch.tensor([2.0, -2.0]))
    return module


def drawn(*, dropout: float = 0.0, norm: bool = False) -> torch.nn.Module:
    """A network of two layers, with what makes resuming hard if it is wanted: dropout, batch normalisation."""
    torch.manual_seed(3)
    layers = [torch.nn.Linear(2, 8), *([torch.nn.BatchNorm1d(8)] if norm else []), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers, torch.nn.Dropout(dropout), torch.nn.Linear(8, 2))


def target(module: torch.nn.Module, face: Face = FACE) -> TorchTarget:
    return TorchTarget(module, face)


def put_into(module: torch.nn.Module, weights: bytes) -> TorchTarget:
    module.load_state_dict(safetensors.torch.load(weights))
    return target(module)


def robust_rate(trained: TorchTarget, cases, ball: Ball = BALL) -> float:
    """Share of the cases that stand twenty steps."""
    batch = cases.take(0, len(cases)).moved(trained.face.home)
    worst = Pgd(steps=20).attack(trained, batch, Bench(ball, Random(SEED, batch.ids)))
    return float((trained.respond(worst.stimuli).argmax(1) == batch.labels).double().mean())
