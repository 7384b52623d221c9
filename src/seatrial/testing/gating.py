"""A system without a model: gates whose outcomes are given, so that evidence and judging can be tried at once."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seatrial.charter.charter import CasesBlock, Charter, Clause, Use
from seatrial.evidence import recorder
from seatrial.evidence.log import Log
from seatrial.evidence.recorder import Begun, ShardRecord
from seatrial.evidence.signers.ed25519 import Ed25519Signer
from seatrial.plan.plan import Plan, Promise, Stage, Trying
from seatrial.proof import observation, rules, trust
from seatrial.proof.canonical import digest
from seatrial.proof.key import Key
from seatrial.proof.trust import Person
from seatrial.records.threat import Ball

Held = Callable[[str, bytes], bool]
"""Whether a case of a clause holds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One clause of the system's charter."""

    require: str = "held_rate >= 0.6 at 95%"
    severity: str = "critical"
    advisory: bool = False
    eps: float = 0.1
    members: int = 0


@dataclass(frozen=True, slots=True)
class System:
    """What is gated: its cases, its charter, and how a trial of it is cut up."""

    name: str = "reader"
    cases: int = 2000
    take: int = 60
    shard: int = 25
    clauses: Mapping[str, Asked] = field(default_factory=lambda: {"change": Asked()})
    reuse: bool = False

    @property
    def pool(self) -> tuple[bytes, ...]:
        """Digests of all cases."""
        return tuple(sha256(b"case %d" % i).digest() for i in range(self.cases))

    def charter(self, release: str = "1") -> Charter:
        """Return the charter of a release."""
        clauses = tuple(_clause(name, asked) for name, asked in self.clauses.items())
        text = {
            "charter": 1,
            "system": {"name": self.name, "release": release, "owner": "owner"},
            "clauses": [_written(clause) for clause in clauses],
        }
        cases = CasesBlock("given", {}, gate=800, rehearsal=100, per_attempt=self.take, reuse=self.reuse)
        return Charter(self.name, release, "owner", {}, cases, clauses, None, Path(), b"charter: 1", text)

    def plan(self, log: Log, model: str, *, release: str = "1") -> Plan:
        """Return the plan for a model (any text), the pool and the members stored beside the log."""
        members = b"".join(sorted(sha256(b"member %d" % i).digest() for i in range(100)))
        return Plan(
            model=digest(model.encode()),
            charter=self.charter(release).digest,
            target={},
            cases={"reuse": "declared"} if self.reuse else {},
            pool=log.store.put(rules.pool_blob(self.pool, 800, 100)),
            members=log.store.put(members) if any(a.members for a in self.clauses.values()) else "",
            take=self.take,
            shard=self.shard,
            code={},
            clauses=tuple(self._promise(name, asked) for name, asked in self.clauses.items()),
        )

    def start(self, log: Log, model: str, *, release: str = "1", again: bool = False) -> Begun:
        """Submit a model and return its run-plan."""
        plan = self.plan(log, model, release=release)
        return recorder.start(log, plan, self.charter(release), "somebody", again=again)

    def gate(self, log: Log, model: str, held: Held, *, release: str = "1", again: bool = False) -> int:
        """Submit a model, let it hold or break as given, and return the entry of the run-result."""
        begun = self.start(log, model, release=release, again=again)
        return recorder.finish(log, begun.run_plan, list(records(begun, held)), {}, {})

    def _promise(self, name: str, asked: Asked) -> Promise:
        threat = Ball(eps=asked.eps)
        trying = Trying(
            "evasion/x@1", digest(b"x"), {"eps": asked.eps}, threat, (Stage("evasion.x", {}),), "o", {}, "m"
        )
        settled = (asked.require, asked.severity, asked.advisory, (), (trying,), self.take, asked.members, self.shard)
        return Promise(name, "", *settled)


def signer_of(name: str) -> Ed25519Signer:
    """Return a signer whose key everybody knows."""
    return Ed25519Signer(Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest()))


def log_in(folder: Path | str, system: str = "reader", *, waivers: Sequence[str] = ()) -> Log:
    """Return the log in a folder, made if it is not there, by the signer named `log`.

    Args:
        folder: Where it lives.
        system: Whose log it is.
        waivers: Names of people who may waive; it takes two for a breached critical clause.
    """
    origin, signer = f"example.org/{system}", signer_of("log")
    if not Path(folder).exists():
        Log.create(folder, origin, signer, holder="holder")
    people = {name: Person((Key(signer_of(name).public),), ("waiver",)) for name in waivers}
    pinned = trust.Trust(origin, signer.public, "holder", people, {"approve": 1, "waive": 2})
    return Log.open(folder, signer, pinned=trust.write(pinned))


def records(begun: Begun, held: Held) -> Iterator[ShardRecord]:
    """Yield what a trial would hand over, all shards done."""
    for promise in begun.plan.clauses:
        cases = begun.cases[: promise.count] + begun.members[: promise.members]
        for shard, first in enumerate(range(0, len(cases), promise.shard)):
            yield record(promise.name, shard, cases[first : first + promise.shard], held)


def record(clause: str, shard: int, cases: tuple[bytes, ...], held: Held) -> ShardRecord:
    """Return one shard that is done."""
    n = len(cases)
    outcomes = [int(held(clause, case)) for case in cases]
    integers = {"held": outcomes, "draws": [1] * n, "unknown": [0] * n}
    columns = [("case", "b32", b"".join(cases))]
    columns += [(name, "u4", struct.pack(f"<{n}I", *values)) for name, values in integers.items()]
    columns += [("score", "f8", struct.pack(f"<{n}d", *map(float, outcomes)))]
    columns += [("stage", "i2", struct.pack(f"<{n}h", *(-value for value in outcomes)))]
    columns += [(name, "u4", bytes(4 * n)) for name in ("forwards", "backwards", "queries")]
    columns += [("label", "i4", struct.pack(f"<{n}i", *(case[0] % 10 for case in cases)))]
    seconds = [("case", "b32", b"".join(cases)), ("seconds", "f8", bytes(8 * n))]
    return ShardRecord(
        clause,
        shard,
        "done",
        observation.encode("computed", clause, shard, columns, n),
        observation.encode("measured", clause, shard, seconds, n),
    )


def _clause(name: str, asked: Asked) -> Clause:
    return Clause(
        name, "", (Use("evasion/x@1", {"eps": asked.eps}),), asked.require, asked.severity, advisory=asked.advisory
    )


def _written(clause: Clause) -> dict[str, object]:
    uses = [{"scenario": use.scenario, "parameters": dict(use.parameters)} for use in clause.scenarios]
    asked = {"require": clause.require, "severity": clause.severity, "advisory": clause.advisory}
    return {"name": clause.name, "scenarios": uses, **asked}


def evenly(shares: Mapping[str, float]) -> Callable[[str, bytes], bool]:
    """Return a rule by which exactly this share of the cases of a clause holds, whichever are drawn.

    Args:
        shares: Clause -> share; a clause that is not named holds always.
    """
    asked: Counter[str] = Counter()

    def held(clause: str, case: bytes) -> bool:  # noqa: ARG001 - one of the rules that a gate is given
        share = shares.get(clause, 1.0)
        asked[clause] += 1
        return int(asked[clause] * share + 1e-9) > int((asked[clause] - 1) * share + 1e-9)

    return held
