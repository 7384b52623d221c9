"""Broken defences in small that draw by chance: modules around the classifier of `testing.defences`.

`Ripples` is the trick behind several: a term of bounded height and steep slope, whose mean over the draws has none.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from seatrial.testing.defences import CLASSES, NUMBERS, SIDE, Plane, Rounded


class Ripples(torch.nn.Module):
    """A term of bounded height whose waves move by chance: alone they hide the slope, in the mean they cancel."""

    def __init__(self, height: float, slope: float, waves: int = 16) -> None:
        super().__init__()
        self.height, self.slope, self.waves = height, slope, waves
        mixed = torch.arange(1, NUMBERS * waves * CLASSES + 1, dtype=torch.float64)
        self.register_buffer("along", torch.sin(mixed * 12.9898).sign().reshape(NUMBERS, waves * CLASSES).float())

    def forward(self, x: Any, phase: Any, kept: Any) -> Any:
        """Return `(n, 4)` between -height and height; `kept` says which waves take part."""
        angle = self.slope * ((x.flatten(1) - 0.5) @ self.along) + phase
        return self.height * (torch.sin(angle) * kept).reshape(len(x), self.waves, CLASSES).mean(dim=1)


class Pruned(torch.nn.Module):
    """Waves in pairs that cancel, of which half are pruned at random (activation pruning, Dhillon et al.)."""

    ripples: Ripples

    def __init__(self, height: float, slope: float, *, chance: bool = True) -> None:
        super().__init__()
        self.plane, self.ripples, self.chance = Plane(), Ripples(height, slope), chance

    def forward(self, x: Any) -> Any:
        """Return logits."""
        size = (len(x), self.ripples.waves * CLASSES)
        kept = (torch.rand(size) < 0.5).float() - (torch.rand(size) < 0.5).float() if self.chance else torch.zeros(size)
        return self.plane(x) + self.ripples(x, 0.0, kept)


class Resized(torch.nn.Module):
    """Features of the image scaled and moved at random (random resizing and padding, Xie et al.)."""

    def __init__(self, height: float, slope: float) -> None:
        super().__init__()
        self.plane, self.ripples = Plane(), Ripples(height, slope)

    def forward(self, x: Any) -> Any:
        """Return logits."""
        moved = []
        for one in x:
            down, right = (int(at) for at in torch.randint(0, 5, (2,)))
            wide = functional.pad(one[None], (right, 4 - right, down, 4 - down), value=0.5)
            moved.append(functional.interpolate(wide, size=(SIDE, SIDE), mode="bilinear", align_corners=False))
        phase = 6.2831853 * torch.rand(len(x), 1) if self.ripples.height else 0.0
        return self.plane(x) + self.ripples(torch.cat(moved), phase, 1.0)


class Purified(torch.nn.Module):
    """Noise is added and taken away again in a loop that ends on a grid (purification by diffusion)."""

    def __init__(self, noise: float, step: float, loops: int = 4) -> None:
        super().__init__()
        self.noise, self.loops, self.grid = noise, loops, Rounded(step)

    def forward(self, x: Any) -> Any:
        """Return the purified input: no number further from its own than noise and grid say."""
        for _ in range(self.loops):
            noisy = x + self.noise / self.loops * (2 * torch.rand_like(x) - 1)
            x = noisy + 0.5 * (self.grid(noisy) - noisy).detach()
        return self.grid(x)


class Crossed(torch.nn.Module):
    """Members that see several resolutions with noise, and the median of their votes (Ensemble everything)."""

    def __init__(self, height: float, slope: float, noise: float = 0.2) -> None:
        super().__init__()
        self.plane, self.noise = Plane(), noise
        self.members = torch.nn.ModuleList(Ripples(height, slope * factor) for factor in (1.0, 1.5, 2.0))

    def forward(self, x: Any) -> Any:
        """Return logits."""
        votes = []
        for size, member in zip((8, 4, 2), self.members, strict=True):
            coarse = functional.interpolate(functional.adaptive_avg_pool2d(x, size), size=(SIDE, SIDE))
            seen = 0.5 * (x + coarse) + self.noise * torch.randn_like(x)
            z = self.plane(x) + member(seen, 0.0, 1.0)
            votes.append(z - z.max(dim=1, keepdim=True).values)
        return torch.stack(votes).median(dim=0).values
