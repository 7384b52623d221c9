"""Which run this is: all that its weights follow from, and that must be equal for it to be gone on with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

import torch

from seatrial.harden.batches.split import contents
from seatrial.harden.conditions import environment
from seatrial.harden.ground import Ground
from seatrial.harden.remedy import Means
from seatrial.records.threat import threat_to


def identity(recipe: Any, base: Ground, means: Means, *, parent: str, half: bool) -> dict[str, Any]:
    """Return what a run is, as plain JSON values.

    Args:
        recipe: What is done to a batch.
        base: Model, rules and cases.
        means: Chance and budget.
        parent: Digest of the weights that it begins with.
        half: Whether passes are made in bfloat16.
    """
    name, settings = _said(recipe)
    told = {
        "recipe": name,
        "settings": settings,
        "batch": base.course.batch,
        "threat": threat_to(base.threat),
        "seed": means.seed.hex(),
        "budget": {"seconds": means.seconds, "steps": means.steps},
        "parent_weights": parent,
        "learning": [one.requires_grad for one in base.module.parameters()],
        "together": means.unit,
        "learned_from": contents(base.used),
        "chosen_on": contents(base.kept),
        "bfloat16": half,
        "device": torch.device(base.device).type,
        "processes": means.place.world,
        "torch": torch.__version__,
        "environment": environment(),
    }
    made: dict[str, Any] = as_json(told)
    return made


def _said(recipe: Any) -> tuple[str, dict[str, Any]]:
    """Return the name of a recipe and its settings, by its own `told` where it was settled for a target."""
    if told := getattr(recipe, "told", None):
        made: tuple[str, dict[str, Any]] = told()
        return made
    return type(recipe).__name__, asdict(recipe) if is_dataclass(recipe) and not isinstance(recipe, type) else {}


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return the names of what differs between two identities."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def as_json(value: Any) -> Any:
    """Return plain JSON values: lists where there were tuples."""
    if isinstance(value, Mapping):
        return {name: as_json(one) for name, one in value.items()}
    return [as_json(one) for one in value] if isinstance(value, tuple | list) else value
