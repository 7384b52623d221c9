"""Broken defences in small: modules that hide the gradient of one linear classifier and hardly move its decision.

Each is built as a published defence was, on a classifier whose robust accuracy is arithmetic, so what is left of it
after an honest attack is known.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

SIDE, CLASSES = 8, 4
NUMBERS = SIDE * SIDE
SCALE = 0.25
"""Weights of the classifier: logits move by so much times the change of an input."""


def rows() -> Any:
    """Return the four directions of the classifier `(4, 64)`: smooth Walsh functions, 1 or -1, at right angles."""
    wave = np.ones((1, 1))
    for _ in range(6):
        wave = np.block([[wave, wave], [wave, -wave]])
    return wave[[8, 1, 16, 2]]


class Plane(torch.nn.Module):
    """The honest classifier: four classes, one direction each."""

    def __init__(self) -> None:
        super().__init__()
        weights = torch.tensor(rows() * SCALE, dtype=torch.float32)
        self.register_buffer("weights", weights)
        self.register_buffer("bias", -0.5 * weights.sum(dim=1))

    def forward(self, x: Any) -> Any:
        """Return logits `(n, 4)`."""
        return x.flatten(1) @ self.weights.T + self.bias


class Front(torch.nn.Module):
    """The classifier behind a front end."""

    def __init__(self, front: torch.nn.Module, behind: torch.nn.Module | None = None) -> None:
        super().__init__()
        self.front, self.behind = front, behind or Plane()

    def forward(self, x: Any) -> Any:
        """Return logits."""
        return self.behind(self.front(x))


class Head(torch.nn.Module):
    """The classifier before another head."""

    def __init__(self, head: torch.nn.Module) -> None:
        super().__init__()
        self.plane, self.head = Plane(), head

    def forward(self, x: Any) -> Any:
        """Return what the head makes of the logits."""
        return self.head(self.plane(x))


class Times(torch.nn.Module):
    """Logits times a number."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, z: Any) -> Any:
        """Return the product."""
        return z * self.factor


class Distances(torch.nn.Module):
    """A head that measures distances of the features to one prototype per class, sharply (after Mustafa et al.)."""

    def __init__(self, sharpness: float) -> None:
        super().__init__()
        self.sharpness = sharpness

    def forward(self, z: Any) -> Any:
        """Return probabilities `(n, 4)`: the nearest prototype has nearly all."""
        apart = ((z[:, None, :] - 10 * torch.eye(CLASSES)) ** 2).sum(dim=2)
        return (-self.sharpness * apart).softmax(dim=1)


class Smoothed(torch.nn.Module):
    """Logarithms of sharp probabilities mixed with equal ones: what training on smoothed labels tends to."""

    def __init__(self, sharpness: float, share: float = 0.2) -> None:
        super().__init__()
        self.sharpness, self.share = sharpness, share

    def forward(self, z: Any) -> Any:
        """Return logits whose differences hardly change but at the border between classes."""
        sure = (self.sharpness * z).softmax(dim=1)
        return ((1 - self.share) * sure + self.share / CLASSES).log()


class Attractors(torch.nn.Module):
    """A differential equation, solved in steps, that carries logits to the stable point of their class (SODEF)."""

    def __init__(self, pull: float, steps: int = 60) -> None:
        super().__init__()
        self.pull, self.steps = pull, steps

    def forward(self, z: Any) -> Any:
        """Return where the flow ends."""
        for _ in range(self.steps):
            z = z + 0.9 * (5 * (self.pull * z).softmax(dim=1) - z)
        return z


class Decoys(torch.nn.Module):
    """Classes that always come close and never first: they own the gradient (imbalanced gradients)."""

    def __init__(self, count: int, slope: float, gap: float = 0.3, sharpness: float = 1.0) -> None:
        super().__init__()
        self.plane, self.slope, self.gap, self.sharpness = Plane(), slope, gap, sharpness
        angles = torch.arange(1, count * NUMBERS + 1, dtype=torch.float32).reshape(count, NUMBERS)
        self.register_buffer("across", torch.sin(angles * 2.3).sign())

    def forward(self, x: Any) -> Any:
        """Return logits of the four classes and of the decoys."""
        z = self.plane(x)
        swing = 0.8 * self.gap * torch.sin(self.slope * (x.flatten(1) - 0.5) @ self.across.T)
        close = z.max(dim=1, keepdim=True).values - self.gap + swing
        return self.sharpness * torch.cat([z, close], dim=1)


MIDDLE = 0.12
"""Distance of the two means that numbers are drawn to from one half."""


class DeadZone(torch.nn.Module):
    """Numbers near one of two means become the mean (MeanSparse)."""

    def __init__(self, width: float) -> None:
        super().__init__()
        self.width = width

    def forward(self, x: Any) -> Any:
        """Return the sparse input."""
        mean = 0.5 + MIDDLE * (x - 0.5).sign()
        return torch.where((x - mean).abs() <= self.width, mean, x)


class Thermometer(torch.nn.Module):
    """Every number as a row of bits: is it above this level (Buckman et al.); `levels` of them on a new axis."""

    borders: torch.Tensor

    def __init__(self, levels: int) -> None:
        super().__init__()
        self.register_buffer("borders", ((torch.arange(levels) + 0.5) / levels).reshape(1, -1, 1, 1))

    def forward(self, x: Any) -> Any:
        """Return the code `(n, levels, 8, 8)`."""
        return torch.gt(x, self.borders).float()


class Counted(torch.nn.Module):
    """The classifier on a thermometer code: the share of bits that are on."""

    def __init__(self) -> None:
        super().__init__()
        self.plane = Plane()

    def forward(self, code: Any) -> Any:
        """Return logits."""
        return self.plane(code.mean(dim=1))


class Compression(torch.nn.Module):
    """A cosine transform rounded outside of torch: what JPEG does to a block."""

    def __init__(self, step: float) -> None:
        super().__init__()
        self.step = step
        at = np.arange(SIDE)
        waves = np.cos(np.pi * (at[None, :] + 0.5) * at[:, None] / SIDE) * np.sqrt(2 / SIDE)
        waves[0] /= np.sqrt(2)
        self.waves = waves

    def forward(self, x: Any) -> Any:
        """Return the image that comes out again."""
        image = x.detach().numpy().astype(np.float64)
        coded = np.round(self.waves @ image @ self.waves.T / self.step) * self.step
        return torch.from_numpy((self.waves.T @ coded @ self.waves).astype(np.float32))


class Rounded(torch.nn.Module):
    """Numbers rounded to a grid."""

    def __init__(self, step: float) -> None:
        super().__init__()
        self.step = step

    def forward(self, x: Any) -> Any:
        """Return multiples of the step."""
        return torch.round(x / self.step) * self.step


class Winners(torch.nn.Module):
    """Of the features only the largest stay (k-winners-take-all, Xiao et al.)."""

    def __init__(self, kept: int) -> None:
        super().__init__()
        self.kept = kept

    def forward(self, h: Any) -> Any:
        """Return the features, the losers 0."""
        least = h.topk(self.kept, dim=1).values[:, -1:]
        return torch.where(h >= least, h, torch.zeros_like(h))


class Jagged(torch.nn.Module):
    """The classifier plus a term from a layer of winners: never higher than `height`, and jumping all the time."""

    def __init__(self, kept: int, height: float, slope: float) -> None:
        super().__init__()
        self.plane, self.winners, self.height, self.slope = Plane(), Winners(kept), height, slope
        mixed = torch.arange(1, 128 * NUMBERS + 1, dtype=torch.float64)
        self.register_buffer("inwards", torch.sin(mixed * 12.9898).reshape(NUMBERS, 128).float())
        self.register_buffer("outwards", torch.sin(mixed[: 128 * CLASSES] * 78.233).reshape(128, CLASSES).float())

    def forward(self, x: Any) -> Any:
        """Return logits."""
        h = self.winners(self.slope * (x.flatten(1) @ self.inwards))
        return self.plane(x) + self.height * torch.sin(h @ self.outwards)
