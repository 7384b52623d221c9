"""What a remedy is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from seatrial.cases.cases import Cases
from seatrial.records.event import Listener
from seatrial.records.threat import Threat
from seatrial.targets.target import Trainable


@dataclass(frozen=True)
class Mended:
    """What a remedy made."""

    weights: bytes
    """The new weights file."""
    record: Mapping[str, Any] = field(default_factory=dict)
    """How it was made: recipe, seed, steps, data digest, clean and robust accuracy on the part kept for choosing."""


class Remedy(Protocol):
    """A frozen dataclass whose fields are its recipe."""

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, seed: bytes, hear: Listener) -> Mended:
        """Return the mended model; the target itself stays as it is.

        Args:
            target: What failed.
            cases: Training cases only: never the gate's, never the rehearsal's.
            threat: What it failed against.
            seed: 32 bytes.
            hear: Is told how far it is.

        Raises:
            HardenError: If it cannot be applied (no gradients, too few cases, loss NaN).
        """
        ...
