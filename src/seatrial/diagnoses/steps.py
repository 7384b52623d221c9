"""Signs in what attacks reached: less where they had more steps, more room or more knowledge."""

from __future__ import annotations

from typing import Any

import numpy as np

from seatrial.diagnoses.sign import numbers, share, sign
from seatrial.records.finding import Finding

SOME, MANY, MOST = 0.1, 0.25, 0.5
"""Shares of the cases from which on a sign counts."""
CLEARLY = 0.1
"""By how much of the way one attack must be further than another."""
FEW = 3
"""Breaks below this many are no sign, where a cascade is compared with itself."""


def one_step(clean: Any, one: Any, many: Any) -> Finding:
    """Return whether one step goes further than many.

    Args:
        clean: Margins of the untouched cases `(n,)`.
        one: After one step of the whole radius.
        many: The smallest after many short steps.
    """
    said = "For {share} of the cases one step went further than many: the gradient misleads."
    return sign("one-step", share(_further(clean, one, many)), MANY, len(numbers(clean)), said)


def black_box(clean: Any, scores: Any, gradient: Any) -> Finding:
    """Return whether a short search by scores goes further than the gradient.

    Args:
        clean: Margins of the untouched cases `(n,)`.
        scores: The smallest that a search without gradients found.
        gradient: The smallest that following the gradient found.
    """
    said = "For {share} of the cases a short search without gradients went further than the gradient."
    return sign("black-box", share(_further(clean, scores, gradient)), MOST, len(numbers(clean)), said)


def imbalanced(pushed: Any, free: Any) -> Finding:
    """Return whether pushing cases to chosen classes breaks what following the nearest one does not.

    One class that comes near and never first can own the gradient (Jiang et al., arXiv:2006.13726).

    Args:
        pushed: The smallest margin found on the way to any of the chosen classes `(n,)`.
        free: The smallest that was found by following the nearest class.
    """
    broke = (numbers(pushed) < 0) & ~(numbers(free) < 0)
    said = "{share} of the cases fell when pushed to a class that is not the nearest: one class owns the gradient."
    return sign("imbalanced", share(broke) if broke.sum() >= FEW else 0.0, MANY, len(broke), said)


def transfer(clean: Any, other: Any, own: Any) -> Finding:
    """Return whether the gradient of a stand-in goes further than the model's own.

    Args:
        clean: Margins of the untouched cases `(n,)`.
        other: The smallest margin of the model on the way of the stand-in's gradient.
        own: The smallest on the way of its own.
    """
    said = "For {share} of the cases the gradient of a stand-in went further than the model's own."
    return sign("transfer", share(_further(clean, other, own)), MANY, len(numbers(clean)), said)


def unbounded(least: Any) -> Finding:
    """Return whether cases stand although everything is allowed.

    Args:
        least: The smallest margin that was found anywhere in the input range `(n,)`.
    """
    said = "{share} of the cases stood although every input was allowed: the attack fails, not the robustness."
    return sign("unbounded", share(~(numbers(least) < 0)), MANY, len(numbers(least)), said)


def more_room(clean: Any, once: Any, twice: Any) -> Finding:
    """Return whether twice the radius brings nothing.

    Args:
        clean: Margins of the untouched cases `(n,)`.
        once: The smallest margin found within the radius.
        twice: The smallest found within twice the radius.
    """
    said = "For {share} of the cases twice the radius brought nothing more."
    return sign("more-room", share(~_further(clean, twice, once)), MOST, len(numbers(clean)), said)


def late_breaks(scores: Any, standing: Any) -> Finding:
    """Return whether a search by scores from the untouched inputs broke what the gradient attacks had left.

    Args:
        scores: Cases that it broke `(n,)` of bool.
        standing: Cases that it was tried on, which stood when all other attacks were over `(n,)` of bool.
    """
    broke, left = int(np.sum(scores)), int(np.sum(standing))
    said = "A search without gradients broke {share} of the cases that it was tried on when all else was over."
    return sign("late-breaks", broke / left if left and broke >= FEW else 0.0, SOME, left, said)


def _further(clean: Any, one: Any, other: Any) -> Any:
    """Return where one attack lowered the margin clearly more than another."""
    clean, one, other = numbers(clean), numbers(one), numbers(other)
    way = clean - np.minimum(one, other)
    with np.errstate(invalid="ignore"):
        return (one < other) & (other - one > CLEARLY * np.abs(way)) & (way > 0)
