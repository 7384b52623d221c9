"""What a scenario is: one entry of the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from seatrial.proof.canonical import digest, dumps

Value: TypeAlias = float | list[float] | list[float | str]
"""What a parameter is given: a number, or a list of numbers and, of columns and their values, texts.

Lists, not tuples, because JSON has no others.
"""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a charter may choose, inside a range."""

    default: Value | None
    """None: the charter must choose."""
    low: float
    high: float
    unit: str = ""
    """What one is: `share of the input range`, `seconds`."""
    note: str = ""
    kind: str = "number"
    """`number`, `whole` (a whole number), or `numbers` or `wholes` (a list of distinct ones, each inside the range);
    `columns` are wholes or names of columns, `values` are numbers or texts."""


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


def scenario_from(text: Mapping[str, Any]) -> Scenario:
    """Return the scenario that its complete text says; `text` of the result is the argument."""
    made = ("scenario", "authors", "parameters", "against", "instruments", "defences", "tags")
    return Scenario(
        **{key: value for key, value in text.items() if key not in made},
        authors=tuple(text["authors"]),
        parameters={name: Parameter(**block) for name, block in text["parameters"].items()},
        adversaries=tuple(Against(block["use"], block["tactics"]) for block in text["against"]),
        instruments=tuple(text["instruments"]),
        defences=tuple(Defence(block["use"], block["note"]) for block in text["defences"]),
        tags={scheme: tuple(ids) for scheme, ids in text["tags"].items()},
        text=text,
    )
