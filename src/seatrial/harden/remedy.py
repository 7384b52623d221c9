"""What a remedy is, and what it may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from seatrial.cases.cases import Cases
from seatrial.charter.money import Money
from seatrial.harden.ranks.place import ALONE, Place
from seatrial.harden.rule import Rule
from seatrial.records.event import Listener, silent
from seatrial.records.threat import Threat
from seatrial.targets.target import Trainable


@dataclass(frozen=True)
class Means:
    """What a remedy may use: chance, time, and a place for what must survive a crash."""

    seed: bytes
    """32 bytes; all chance follows from it."""
    hear: Listener = silent
    """Is told how far it is."""
    seconds: float = 0.0
    """CPU seconds to end within; 0 leaves the length to the recipe."""
    steps: int = 0
    """Updates of the weights, no more and no fewer; 0 leaves the length to the recipe."""
    folder: Path | None = None
    """Where checkpoints lie.  One that a killed run left there is gone on from; None keeps nothing."""
    unit: str = ""
    """What a group of the cases is, where the charter says that such cases belong together: nobody learns from one
    case of it and is chosen on another.  Empty if each case stands for itself."""
    workers: int = 0
    """Processes that read training cases ahead, in parts; 0 reads them here, and keeps them in memory if they fit.
    No weight depends on it."""
    place: Place = ALONE
    """Which of the processes this is that train the model together; only the first one writes anything."""
    failed: tuple[Rule, ...] = ()
    """Every threat of the clause that is answered, with who played by it; empty leaves it at the one threat."""

    hourly: Money | None = None
    """What an hour of it costs, so that it can say what it expects; None if nobody said."""


@dataclass(frozen=True)
class Mended:
    """What a remedy made."""

    weights: bytes
    """The new weights file."""
    record: Mapping[str, Any] = field(default_factory=dict)
    """How it was made, as plain JSON values: recipe, seed, steps, data, what was seen on the part kept for choosing."""
    kept: tuple[bytes, ...] = ()
    """Digests of the training cases that it kept for choosing, so that the model has not learned from them."""


class Remedy(Protocol):
    """A frozen dataclass whose fields are its recipe."""

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Return the mended model; the target itself stays as it is.

        Args:
            target: What failed.
            cases: Training cases only: never the gate's, never the rehearsal's.
            threat: What it failed against.
            means: What it may use.

        Raises:
            HardenError: If it cannot be applied (no gradients, too few cases, loss NaN, no room for a checkpoint).
        """
        ...


@runtime_checkable
class Shared(Protocol):
    """A remedy that trains update by update, so that ranks can share each and data workers read ahead."""

    def visit(self, lesson: Any) -> float:
        """Let the model learn from one batch; see `run.Recipe`."""
        ...
