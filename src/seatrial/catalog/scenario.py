"""What a scenario is: one entry of the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seatrial.proof.canonical import digest, dumps


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that a charter may choose, inside a range."""

    default: float
    low: float
    high: float
    unit: str = ""
    """What one is: `share of the input range`, `seconds`."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Against:
    """One adversary of a scenario, with its tactics."""

    use: str
    """Id on the shelf `adversaries`."""
    tactics: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Defence:
    """A remedy or guard known to help."""

    use: str
    """Id on the shelf `remedies` (or `guards`), or the name of a practice."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A purposeful trial: who tries what under which rules, and what follows from it."""

    id: str
    """`family/name`."""
    version: int
    title: str
    objective: str
    authors: tuple[str, ...]
    created: str
    """ISO date."""
    changed: str
    origin: Mapping[str, str]
    """`kind` (paper, incident, audit, report, standard) and `ref`."""
    parameters: Mapping[str, Parameter]
    threat: Mapping[str, Any]
    """`kind` and fields as in `records.threat`; a value `$name` stands for a parameter."""
    adversaries: tuple[Against, ...]
    """Tried in this order; the outcome of a case is the worst.  A tactic `$name` stands for a parameter."""
    oracle: str
    """Id on the shelf `oracles`; empty is the default of the adversary's card."""
    oracle_settings: Mapping[str, Any]
    metric: str
    """Id on the shelf `metrics`."""
    presentations: int
    """Draws per case for a target that samples its answers."""
    expected: str
    """What a sound model shows."""
    instruments: tuple[str, ...]
    """What is recorded beside the outcome."""
    rollback_trigger: str
    """The live signal that should recall the model."""
    defences: tuple[Defence, ...]
    tags: Mapping[str, tuple[str, ...]]
    """`atlas`, `nist`, `owasp`, `avid` -> ids."""
    cost: str
    """`seconds`, `minutes` or `hours` for 1,000 cases on one core."""
    text: Mapping[str, Any] = field(default_factory=dict)
    """The entry as it was written, with all defaults filled in: what its digest is over."""

    @property
    def name(self) -> str:
        """`family/name@version`."""
        return f"{self.id}@{self.version}"

    @property
    def digest(self) -> str:
        """Digest of everything that the entry says."""
        return digest(dumps(self.text))
