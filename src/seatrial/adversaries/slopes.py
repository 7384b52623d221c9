"""Gradients, and numbers per case, as steps need them: finite, of one size, and shaped to multiply with a column."""

from __future__ import annotations

from typing import Any

import array_api_compat

TINY = 1e-30


def each(numbers: Any, like: Any) -> Any:
    """Return one number per row `(n,)`, shaped to multiply with a column `(n, ...)`."""
    return array_api_compat.array_namespace(numbers).reshape(numbers, (-1, *([1] * (like.ndim - 1))))


def finite(gradient: Any) -> Any:
    """Return a gradient with 0 for every number that is not finite."""
    xp = array_api_compat.array_namespace(gradient)
    return xp.where(xp.isfinite(gradient), gradient, xp.zeros_like(gradient))


def scaled(gradient: Any) -> Any:
    """Return the gradient of each case divided by its mean size; numbers that are not finite become 0."""
    xp, kept = array_api_compat.array_namespace(gradient), finite(gradient)
    return kept / (xp.mean(xp.abs(kept), axis=tuple(range(1, kept.ndim)), keepdims=True) + TINY)


def signed(direction: Any) -> Any:
    """Return 1, 0 or -1 per number: what has no slope stays where it is."""
    return array_api_compat.array_namespace(direction).sign(direction)
