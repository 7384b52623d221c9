"""How strong a named severity is at a given image size.

Hendrycks and Dietterich ("Benchmarking neural network robustness to common corruptions and perturbations",
arXiv:1903.12261) publish two tables: for images of 224 pixels (ImageNet-C) and of 32 (CIFAR-10-C).
"""

from __future__ import annotations

from math import exp, log

from seatrial.errors import Problem, TrialError

SMALL, LARGE = 32, 224
"""Sides in pixels for which the tables were published."""


def strength(small: tuple[float, ...], large: tuple[float, ...], severity: int, side: int) -> float:
    """Return the strength at a severity: the published numbers at sides 32 and 224, geometric between them.

    Args:
        small: Five numbers for side 32.
        large: Five numbers for side 224.
        severity: 1 to 5.
        side: Smaller side of the image in pixels; below 32 and above 224 the nearer table is taken.

    Raises:
        TrialError: If the severity is not 1 to 5.
    """
    if severity not in range(1, 6):
        raise TrialError(Problem("threat.severity", f"is {severity}", "1, 2, 3, 4 or 5"))
    part = min(1.0, max(0.0, log(max(side, 1) / SMALL) / log(LARGE / SMALL)))
    if part in (0.0, 1.0):
        return (large if part else small)[severity - 1]
    return exp((1 - part) * log(small[severity - 1]) + part * log(large[severity - 1]))
