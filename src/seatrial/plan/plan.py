"""What will be done: the frozen record that a run follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seatrial.catalog.scenario import Value
from seatrial.charter.steps import Step, from_plain, to_plain
from seatrial.errors import EvidenceError, Problem
from seatrial.proof import rules
from seatrial.proof.canonical import digest, dumps, loads
from seatrial.records.threat import Threat, threat_from, threat_to

SCHEMA = 1
"""The form of the blob of a plan."""
NEWER = "a newer release of seatrial reads it"


@dataclass(frozen=True, slots=True)
class Stage:
    """One adversary of one scenario: what one pass over a shard tries."""

    adversary: str
    tactics: Mapping[str, Any]
    """Every field of the adversary, defaults filled in, so that a later default changes no old plan."""
    controls: tuple[str, ...] = ()
    """Controls that it must pass, or what it does not find counts for nothing."""


@dataclass(frozen=True, slots=True)
class Trying:
    """A scenario with its parameters settled."""

    scenario: str
    """`family/name@version`."""
    digest: str
    parameters: Mapping[str, Value]
    threat: Threat
    stages: tuple[Stage, ...]
    oracle: str
    settings: Mapping[str, Any]
    metric: str
    presentations: int = 1


@dataclass(frozen=True, slots=True)
class Promise:
    """A clause, settled."""

    name: str
    because: str
    require: str
    severity: str
    advisory: bool
    otherwise: tuple[Step, ...]
    """The playbook."""
    tries: tuple[Trying, ...]
    count: int
    """Gate cases tried: the first so many of the slice."""
    members: int
    """Training cases tried besides (membership probes)."""
    shard: int
    """Cases in a shard; 0 is all in one."""
    first: int = 0
    """Cases in the first shard, where the plan stops early; 0: as many as in the others."""


@dataclass(frozen=True, slots=True)
class Shard:
    """A fixed part of the cases of one clause, with the whole cascade of the clause."""

    clause: str
    index: int
    cases: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that can change a response, and the clauses that will be judged."""

    model: str
    """Digest of the model's manifest."""
    charter: str
    target: Mapping[str, Any]
    """The charter's target block."""
    cases: Mapping[str, Any]
    """The charter's cases block."""
    pool: str
    """Digest of the pool blob."""
    members: str
    """Digest of the blob of member cases (concatenated sorted digests); empty if there are none."""
    take: int
    """Size of the slice."""
    shard: int
    code: Mapping[str, str]
    """Plugin -> the distribution and version it came from."""
    clauses: tuple[Promise, ...]
    surrogates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Models that the attacker has at home: name -> `target` (the block) and `model` (digest of its manifest)."""
    baseline: Mapping[str, Any] = field(default_factory=dict)
    """The model that differences are taken to: `target` (its block) and `model` (digest of its manifest); or empty."""
    stop: str = ""
    """`early`: a clause that is settled needs no more shards; empty: every shard is worked."""
    truth: str = ""
    """Digest of what the sources say of their cases besides the inputs: labels, groups; empty binds nothing."""
    manifest: str = ""
    """Digest of the manifest of the model's files (`proof.manifest`); empty in plans that are older than it."""
    catalog: str = ""
    """Digest of the catalog that the scenarios were taken from; empty likewise."""

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain JSON values."""
        return {
            "schema": SCHEMA,
            "model": self.model,
            "charter": self.charter,
            "target": dict(self.target),
            "cases": dict(self.cases),
            "pool": self.pool,
            "members": self.members,
            "truth": self.truth,
            "take": self.take,
            "shard": self.shard,
            "code": dict(self.code),
            "clauses": {promise.name: _promise_to(promise) for promise in self.clauses},
            **{name: text for name, text in (("manifest", self.manifest), ("catalog", self.catalog)) if text},
            **({"baseline": dict(self.baseline)} if self.baseline else {}),
            **({"stop": self.stop} if self.stop else {}),
            **({"surrogates": {name: dict(one) for name, one in self.surrogates.items()}} if self.surrogates else {}),
        }

    @property
    def blob(self) -> bytes:
        """The bytes that are stored."""
        return dumps(self.to_json())

    @property
    def digest(self) -> str:
        """Digest of the blob."""
        return digest(self.blob)

    @property
    def trial(self) -> str:
        """Digest of what the same trial again has in common with this one (DESIGN: trial)."""
        return rules.trial(self.to_json())

    def promise(self, clause: str) -> Promise:
        """Return the settled clause of that name."""
        return next(promise for promise in self.clauses if promise.name == clause)


def plan_from(blob: bytes) -> Plan:
    """Return the plan that a blob holds; clauses come in alphabetical order.

    Raises:
        EvidenceError: If it is of a form that this release does not know.
    """
    value = loads(blob)
    if value.get("schema") != SCHEMA:
        raise EvidenceError(Problem("plan", f"is of form {value.get('schema')!r}, this release reads {SCHEMA}", NEWER))
    clauses = tuple(_promise_from(name, body) for name, body in value["clauses"].items())
    plain = {k: v for k, v in value.items() if k not in ("schema", "clauses")}
    return Plan(**plain, clauses=clauses)


def _promise_to(promise: Promise) -> dict[str, Any]:
    return {
        "because": promise.because,
        "require": promise.require,
        "severity": promise.severity,
        "advisory": promise.advisory,
        "otherwise": to_plain(promise.otherwise),
        "count": promise.count,
        "members": promise.members,
        "shard": promise.shard,
        **({"first": promise.first} if promise.first else {}),
        "scenarios": [
            {
                "scenario": trying.scenario,
                "digest": trying.digest,
                "parameters": dict(trying.parameters),
                "threat": threat_to(trying.threat),
                "adversaries": [_stage_to(stage) for stage in trying.stages],
                "oracle": trying.oracle,
                "settings": dict(trying.settings),
                "metric": trying.metric,
                "presentations": trying.presentations,
            }
            for trying in promise.tries
        ],
    }


def _stage_to(stage: Stage) -> dict[str, Any]:
    return {"use": stage.adversary, "tactics": dict(stage.tactics), "controls": list(stage.controls)}


def _promise_from(name: str, body: Mapping[str, Any]) -> Promise:
    tries = tuple(
        Trying(
            scenario=entry["scenario"],
            digest=entry["digest"],
            parameters=entry["parameters"],
            threat=threat_from(entry["threat"]),
            stages=tuple(Stage(a["use"], a["tactics"], tuple(a["controls"])) for a in entry["adversaries"]),
            oracle=entry["oracle"],
            settings=entry["settings"],
            metric=entry["metric"],
            presentations=entry["presentations"],
        )
        for entry in body["scenarios"]
    )
    rest = {k: v for k, v in body.items() if k not in ("scenarios", "otherwise")}
    return Promise(name=name, tries=tries, otherwise=from_plain(body["otherwise"]), **rest)
