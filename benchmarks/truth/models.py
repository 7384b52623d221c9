"""The networks of the truth table, in plain torch, so that every peer's environment can build them."""

from __future__ import annotations

import torch
from torch import nn


class Block(nn.Module):
    """Two convolutions with batch normalisation and a way round them (He et al., arXiv:1512.03385)."""

    def __init__(self, inside: int, outside: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inside, outside, 3, stride=stride, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(outside)
        self.second = nn.Conv2d(outside, outside, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(outside)
        straight = stride == 1 and inside == outside
        self.round = nn.Identity() if straight else nn.Conv2d(inside, outside, 1, stride=stride, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inner = torch.relu(self.first_norm(self.first(x)))
        return torch.relu(self.second_norm(self.second(inner)) + self.round(x))


def residual() -> nn.Module:
    """Return a small residual network for images (3, 32, 32) and ten classes."""
    stem = [nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    blocks = [Block(16, 16, 1), Block(16, 32, 2), Block(32, 64, 2)]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def convolutional() -> nn.Module:
    """Return a small convolutional network for images (1, 28, 28) and ten classes."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 4, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 32, 4, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(32 * 49, 100),
        nn.ReLU(),
        nn.Linear(100, 10),
    )


BUILDERS = {"cnn": convolutional, "residual": residual}
DATA = {"cnn": "digits", "residual": "colour"}
EPS = {"cnn": 0.3, "residual": 8 / 255}
"""Linf radius that a network is trained and attacked at, inputs in 0..1."""


def load(folder: str, name: str) -> nn.Module:
    """Return a trained network, `cnn-pgd` say, frozen and in evaluation mode."""
    model = BUILDERS[name.split("-", maxsplit=1)[0]]()
    model.load_state_dict(torch.load(f"{folder}/{name}.pt", weights_only=True))
    return model.eval().requires_grad_(requires_grad=False)
