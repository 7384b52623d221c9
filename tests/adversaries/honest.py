"""Honest models, trained in a second or two on handwritten digits: none of them hides anything."""

from functools import cache

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

from seatrial.records.batch import Array, Batch
from seatrial.records.digest import column_digests
from seatrial.records.threat import Ball
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget

SIZES = {"plain": 0.04, "trained": 0.12}


class Residual(nn.Module):
    """A block that adds to what comes in: the same shape out as in, as defences have it too."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm, self.layer = nn.BatchNorm2d(width), nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x):
        return x + self.layer(functional.relu(self.norm(x)))


class Scaled(nn.Module):
    """Preprocessing inside of the model."""

    def forward(self, x):
        return (x.clamp(0, 1) - 0.3) / 0.35


class Mean(nn.Module):
    """An ensemble: the mean of its members' probabilities."""

    def __init__(self, *members) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, x):
        return torch.stack([member(x).softmax(dim=1) for member in self.members]).mean(dim=0).clamp_min(1e-30).log()


class Pair(nn.Module):
    """One sigmoid, told as two probabilities."""

    def __init__(self, inside) -> None:
        super().__init__()
        self.inside = inside

    def forward(self, x):
        p = torch.sigmoid(self.inside(x))
        return torch.cat([1 - p, p], dim=1)


def mlp(activation, width=64, out=10):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(64, width), activation, nn.Linear(width, width), activation, nn.Linear(width, out)
    )


def cnn(*extra):
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        *extra,
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(512, 10),
    )


def residual():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        Residual(16),
        Residual(16),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(4),
        nn.Flatten(),
        nn.Linear(256, 10),
    )


MODELS = {
    "linear": (lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 10)), "plain"),
    "relu": (lambda: mlp(nn.ReLU()), "plain"),
    "relu trained": (lambda: mlp(nn.ReLU()), "trained"),
    "tanh": (lambda: mlp(nn.Tanh()), "plain"),
    "tanh trained": (lambda: mlp(nn.Tanh()), "trained"),
    "leaky wide": (lambda: mlp(nn.LeakyReLU(), 256), "plain"),
    "cnn": (cnn, "plain"),
    "cnn trained": (cnn, "trained"),
    "cnn batchnorm": (lambda: cnn(nn.BatchNorm2d(16)), "plain"),
    "cnn batchnorm trained": (lambda: cnn(nn.BatchNorm2d(16)), "trained"),
    "residual": (residual, "plain"),
    "residual trained": (residual, "trained"),
    "preprocessed trained": (lambda: nn.Sequential(Scaled(), cnn()), "trained"),
    "ensemble trained": (lambda: Mean(cnn(), mlp(nn.Tanh()), cnn()), "trained"),
    "sigmoid": (lambda: Pair(mlp(nn.ReLU(), 64, 1)), "plain"),
    "sigmoid trained": (lambda: Pair(mlp(nn.ReLU(), 64, 1)), "trained"),
}


@cache
def digits():
    data = load_digits()
    order = np.random.default_rng(0).permutation(len(data.target))
    images = (data.images[order] / 16).astype(np.float32)[:, None]
    return images, data.target[order]


def _loss(module, x, y):
    made = module(x)
    return (
        functional.nll_loss(made.clamp_min(1e-7).log(), y) if made.shape[1] == 2 else functional.cross_entropy(made, y)
    )


def _attacked(module, x, y, eps):
    moved = (x + eps * (2 * torch.rand_like(x) - 1)).clamp(0, 1)
    for _ in range(5):
        moved = moved.detach().requires_grad_()
        (slope,) = torch.autograd.grad(_loss(module, moved, y), moved)
        moved = (x + (moved + 0.4 * eps * slope.sign() - x).clamp(-eps, eps)).clamp(0, 1)
    return moved.detach()


@cache
def trained(name):
    """Return the target, cases and threat of an honest model."""
    build, how = MODELS[name]
    images, labels = digits()
    labels = labels % 2 if name.startswith("sigmoid") else labels
    with torch.random.fork_rng():
        torch.manual_seed(7)
        module = build().train()
        best = torch.optim.Adam(module.parameters(), 2e-3)
        x, y = torch.tensor(images[:1200]), torch.tensor(labels[:1200])
        for _ in range(30 if how == "plain" else 15):
            for part in torch.randperm(1200).split(100):
                here = x[part] if how == "plain" else _attacked(module, x[part], y[part], SIZES[how])
                best.zero_grad()
                _loss(module, here, y[part]).backward()
                best.step()
    two = name.startswith("sigmoid")
    face = Face(Array, "probabilities" if two else "logits", (1, 8, 8), 0.0, 1.0, 2 if two else 10)
    inputs = images[1200:1328]
    return TorchTarget(module, face), Batch(column_digests(inputs), inputs, labels[1200:1328]), Ball("linf", SIZES[how])
