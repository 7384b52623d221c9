"""The attacker's own models: the blocks under `surrogates` of a charter, loaded and held against the target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from seatrial.errors import Problem, TargetError
from seatrial.targets.identity import manifest
from seatrial.targets.target import Face, Target, load_target


def lent(blocks: Mapping[str, Mapping[str, Any]], folder: Path) -> dict[str, Target[Any, Any]]:
    """Return the models that blocks describe, by name.

    Args:
        blocks: Name -> block, as for the target.
        folder: Where relative paths start.

    Raises:
        TargetError: With all that is wrong with any of them, each under `surrogates.<name>`.
    """
    problems: list[Problem] = []
    made: dict[str, Target[Any, Any]] = {}
    for name, block in blocks.items():
        try:
            made[name] = load_target(block, folder)
        except TargetError as error:
            problems += [Problem(f"surrogates.{name}: {one.where}", one.what, one.hint) for one in error.problems]
    if problems:
        raise TargetError(*problems)
    return made


def identities(blocks: Mapping[str, Mapping[str, Any]], folder: Path) -> dict[str, str]:
    """Return the digest of each model's manifest, by name.

    Raises:
        TargetError: If a file is missing, or a model without a file cannot be asked.
    """
    return {name: manifest(block, folder)[1] for name, block in blocks.items()}


def unlike(face: Face, helpers: Mapping[str, Target[Any, Any]]) -> Iterator[Problem]:
    """Yield why models cannot stand in for a target: they take something else, or have other classes.

    Args:
        face: The target's.
        helpers: By name.
    """
    for name, helper in helpers.items():
        other, where = helper.face, f"surrogates.{name}"
        if other.takes is not face.takes:
            yield Problem(where, f"takes {other.takes.__name__}, and the target {face.takes.__name__}", "leave it out")
        elif None not in (face.shape, other.shape) and face.shape != other.shape:
            what = f"takes cases of shape {list(other.shape or ())}, and the target {list(face.shape or ())}"
            yield Problem(where, what, "a model that stands in for the target must take the same inputs")
        elif (other.low, other.high) != (face.low, face.high):
            what = f"takes {other.low:g} to {other.high:g}" if None not in (other.low, other.high) else "has no range"
            yield Problem(where, f"{what}, and the target has another range", "write the same input.range for both")
        elif None not in (face.classes, other.classes) and face.classes != other.classes:
            what = f"has {other.classes} classes, and the target {face.classes}"
            yield Problem(where, what, "a model that stands in for the target must know the same classes")
