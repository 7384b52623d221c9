"""What was promised: the frozen record of a charter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seatrial.catalog.scenario import Scenario, Value
from seatrial.charter.money import Money, Prices
from seatrial.charter.steps import Step, remedy
from seatrial.proof.canonical import digest, dumps


@dataclass(frozen=True, slots=True)
class Use:
    """A scenario that a clause names, with the parameters that it chooses."""

    scenario: str
    """`family/name@version`; one that the charter itself describes is `inline/<clause>-<n>@1`."""
    parameters: Mapping[str, Value] = field(default_factory=dict)
    """All of them, defaults filled in."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One promise."""

    name: str
    because: str
    """The failure mode, in words for the people who carry the risk."""
    scenarios: tuple[Use, ...]
    require: str
    """Criterion, in its canonical text (`proof.criterion`)."""
    severity: str = "major"
    """`critical`, `major` or `minor`."""
    advisory: bool = False
    """True never blocks."""
    otherwise: tuple[Step, ...] = ()
    """The playbook: what is done if it is not held, in this order."""
    line: int = 0
    """Line in the file where the clause begins, for annotations."""

    @property
    def remedy(self) -> Step | None:
        """The first step that hardens the model, what `seatrial harden` applies; None if there is none."""
        return remedy(self.otherwise)


@dataclass(frozen=True, slots=True)
class CasesBlock:
    """Where cases come from and how they are shared out; shares in per mille."""

    kind: str
    settings: Mapping[str, Any]
    """What the source needs: `name`, `path` ..."""
    gate: int = 500
    rehearsal: int = 100
    per_attempt: int = 0
    """Cases that one attempt opens; 0 is all that are left."""
    reuse: bool = False
    """`declared`: opened cases may be used again, and every report says that the confidence is nominal."""
    members: Mapping[str, Any] | None = None
    """A source of training cases for membership probes."""
    unit: str = ""
    """What a group of cases is, for criteria `per` it: a person, a session; empty: every case stands for itself."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "kind": self.kind,
            "settings": dict(self.settings),
            "gate": self.gate,
            "rehearsal": self.rehearsal,
            "per_attempt": self.per_attempt,
            "reuse": self.reuse,
            "members": None if self.members is None else dict(self.members),
            **({"unit": self.unit} if self.unit else {}),
        }


@dataclass(frozen=True, slots=True)
class Charter:
    """Everything that a charter says."""

    system: str
    release: str
    owner: str
    target: Mapping[str, Any]
    """`kind` and what that target needs."""
    cases: CasesBlock
    clauses: tuple[Clause, ...]
    minutes: float | None
    """Budget; None is no limit."""
    folder: Path
    """Where relative paths start."""
    source: bytes
    """The file as it was written."""
    text: Mapping[str, Any]
    """The same as plain JSON values, with criteria in canonical text: what its digest is over."""
    baseline: Mapping[str, Any] | str | None = None
    """What `- baseline` is taken to: a block as for `target`, or `last deploy`; None if the charter names none."""
    stop: str = ""
    """`early`: a clause that is settled needs no more cases."""
    surrogates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Models that the attacker has at home: name -> block, as for `target`."""
    money: Money | None = None
    """Budget; None is no limit."""
    prices: Prices | None = None
    """What answers and time cost; None if nobody said."""
    inline: tuple[Scenario, ...] = ()
    """Scenarios that the charter itself describes; `catalog.plus(*charter.inline)` knows them all."""

    @property
    def canonical(self) -> bytes:
        """The bytes that are stored and hashed."""
        return dumps(self.text)

    @property
    def digest(self) -> str:
        """Digest of the canonical bytes."""
        return digest(self.canonical)
