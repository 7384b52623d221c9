"""What a control is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from seatrial.cases.cases import Cases
from seatrial.records.threat import Threat
from seatrial.targets.target import Target


@dataclass(frozen=True)
class Plant:
    """A target with a known answer, and how it is to be tried."""

    target: Target[Any, Any]
    cases: Cases
    threat: Threat
    share: float
    """Share of the cases that must fall (the flaw: at least; the twin: at most)."""
    tactics: Mapping[str, Any] = field(default_factory=dict)
    """Tactics to override for speed; those of the scenario win where they are given."""
    own: Mapping[str, Any] = field(default_factory=dict)
    """Tactics that say what is in the cases (values of a column); they win over those of the scenario."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the oracle that belong to this plant (a time limit); they win over those of the scenario."""
    helpers: Mapping[str, Target[Any, Any]] = field(default_factory=dict)
    """Other models that the attacker has at home, by name."""


class Control(Protocol):
    """A planted flaw with its patched twin: a scanner that misses the first, or cries at the second, proves nothing."""

    def flaw(self) -> Plant:
        """Return a target that an adversary must break."""
        ...

    def twin(self) -> Plant:
        """Return the same target, mended: an adversary must not break it."""
        ...


@runtime_checkable
class Populated(Control, Protocol):
    """A control that can also draw cases of which a share, known by arithmetic and neither 0 nor 1, can fall.

    `seatrial range` draws many times and counts how often the interval that it would report covers that share.
    """

    def population(self, draw: int) -> Plant:
        """Return the cases of one draw; `share` is that of the population which they come from."""
        ...
