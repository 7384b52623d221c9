"""What is known of a model before it meets data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.targets.target import Field

CHANNELS, NUMBERS = "channels", "numbers"


@dataclass(frozen=True, slots=True)
class Model:
    """What is known of a model before it meets data."""

    block: Mapping[str, Any]
    """Its target block, without `input` and `gives`."""
    fields: tuple[Field, ...] = ()
    """Columns that it was fitted on, in their order, with their kinds."""
    features: int | None = None
    """How many numbers one row has."""
    classes: tuple[Any, ...] = ()
    """Values of the label, in the order of its answers."""
    layer: str = ""
    """`channels` or `numbers`, if the first layer says how many of them it takes."""
    width: int = 0
    texts: bool = False
    """Whether it begins with something that takes texts."""
    notes: tuple[str, ...] = ()
    """What was taken for granted, for people."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that it was fitted on, in their order."""
        return tuple(field.name for field in self.fields)
