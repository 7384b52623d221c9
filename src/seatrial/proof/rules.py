"""Rules that plan, run and verifier share: trial, attempts, pools, slices, nonces and seeds.

Every label ends in a zero byte, so that no input of one rule is an input of another.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from seatrial.errors import EvidenceError
from seatrial.proof import canonical
from seatrial.proof.statement import Statement

_NOT_TRIAL = frozenset({"require", "severity", "advisory", "because", "otherwise", "shard"})
"""What a clause of a plan says about judging, and how it is cut up: it changes no response."""


_BESIDE = ("charter", "shard", "clauses", "manifest", "catalog")


def trial(plan: Mapping[str, Any]) -> str:
    """Return the digest of all of a plan that can change a response.

    Args:
        plan: A plan as JSON.  What only judges (criterion, severity, texts), the charter's digest and the sizes of
            shards stay out, so a changed threshold is not a new trial; so do the manifest, which the model's digest
            binds, and the catalog, of which each scenario has its own.
    """
    rest = {key: value for key, value in plan.items() if key not in _BESIDE}
    clauses = {
        name: {key: value for key, value in clause.items() if key not in _NOT_TRIAL}
        for name, clause in plan["clauses"].items()
    }
    return canonical.digest(canonical.dumps({**rest, "clauses": clauses}))


FIRST = 32
"""Cases of the first shard of a clause that may stop early; each later one is twice as large, up to the plan's."""


def stops_early(plan: Mapping[str, Any]) -> bool:
    """Return whether a plan stops a clause as soon as it is settled."""
    return bool(plan.get("stop") == "early")


def cuts(plan: Mapping[str, Any], clause: str) -> list[int]:
    """Return how many cases each shard of a clause has, in order.

    Args:
        plan: A plan as JSON.  Where it stops early, the first shards are small, so that there is something to look
            at; a clause whose adversaries ask for more (`first`) begins with that.
        clause: Its name.
    """
    promised = plan["clauses"][clause]
    left = promised["count"] + promised["members"]
    most = promised.get("shard") or max(left, 1)
    size = min(most, promised.get("first", most))
    sizes = []
    while left > 0:
        sizes.append(min(size, left))
        left -= sizes[-1]
        if len(sizes) > 1:
            size = min(2 * size, most)
    return sizes


def pool_of(case: bytes, gate: int, rehearsal: int) -> str:
    """Return where a case belongs: `gate`, `rehearsal` or `training`.

    Its digest alone decides, so a set that grows moves nobody.

    Args:
        case: Digest of the case, 32 bytes.
        gate: Share of the gate, per mille.
        rehearsal: Share of the rehearsal, per mille.
    """
    drawn = int.from_bytes(hashlib.sha256(b"seatrial/pool/v1\x00" + case).digest()[:8], "big")
    per_mille = drawn * 1000 >> 64
    if per_mille < gate:
        return "gate"
    return "rehearsal" if per_mille < gate + rehearsal else "training"


def unit_of(group: bytes) -> bytes:
    """Return the digest of a unit of inference, from the 32 bytes under which its rows name their group."""
    return hashlib.sha256(b"seatrial/unit/v1\x00" + group.ljust(32, b"\x00")).digest()


def pool_blob(
    cases: Iterable[bytes], gate: int, rehearsal: int, *, units: Mapping[bytes, bytes] | None = None
) -> bytes:
    """Return the record of all cases and their shares; equal cases are one.

    Args:
        cases: Their digests.
        gate: Share of the gate, per mille.
        rehearsal: Share of the rehearsal, per mille.
        units: Case -> digest of its unit, where a unit of inference is declared: then whole units are shared out.
    """
    listed = sorted(set(cases))
    body = {"cases": [case.hex() for case in listed], "gate": gate, "rehearsal": rehearsal}
    return canonical.dumps(body if units is None else {**body, "units": [units[case].hex() for case in listed]})


@dataclass(frozen=True, slots=True)
class Pool:
    """What a pool blob says."""

    shared: Mapping[bytes, str]
    """Case -> `gate`, `rehearsal` or `training`, sorted."""
    units: Mapping[bytes, bytes]
    """Case -> digest of its unit; empty where the unit is the case."""

    @property
    def gate(self) -> tuple[bytes, ...]:
        """The gate's cases, sorted."""
        return tuple(case for case, name in self.shared.items() if name == "gate")


def read_pool(blob: bytes) -> Pool:
    """Return what a pool blob says.

    Raises:
        EvidenceError: If it is not what `pool_blob` writes.
    """
    body = canonical.loads(blob)
    try:
        cases = [bytes.fromhex(case) for case in body["cases"]]
        gate, rehearsal = int(body["gate"]), int(body["rehearsal"])
        named = [bytes.fromhex(unit) for unit in body.get("units", [])]
        units = dict(zip(cases, named, strict=bool(named)))
    except (AttributeError, TypeError, KeyError, ValueError):
        raise EvidenceError("the pool is not a list of cases with two shares") from None
    if pool_blob(cases, gate, rehearsal, units=units or None) != blob or any(len(case) != 32 for case in cases):
        raise EvidenceError("the pool's cases are not sorted, distinct digests")
    return Pool({case: pool_of(units.get(case, case), gate, rehearsal) for case in cases}, units)


def gate_cases(pool: bytes) -> tuple[bytes, ...]:
    """Return the gate's cases of a pool blob, sorted; errors as in `read_pool`."""
    return read_pool(pool).gate


def nonce(checkpoint: bytes) -> bytes:
    """Return the 32 bytes that nobody could know before the submission was logged.

    Args:
        checkpoint: The signed checkpoint that first holds the submission (Ed25519 is deterministic).
    """
    return hashlib.sha256(b"seatrial/nonce/v1\x00" + checkpoint).digest()


def seed(nonce: bytes, trial: str, clause: str, scenario: str, adversary: str, tactics: Mapping[str, Any]) -> bytes:
    """Return the 32-byte seed of one stage of one clause (HKDF-SHA-256).

    The shard does not enter, so outcomes do not depend on how the cases are cut up.
    """
    info = b"seatrial/seed/v1\x00" + canonical.dumps([clause, scenario, adversary, dict(tactics)])
    return HKDF(SHA256(), 32, salt=canonical.raw(trial), info=info).derive(nonce)


def control_name(control: str, adversary: str, tactics: Mapping[str, Any]) -> str:
    """Return what a run-result calls a control that one adversary with its tactics must pass."""
    return f"{control}: {adversary} {canonical.dumps(dict(tactics)).decode()}"


def controls_of(clause: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of all controls that the adversaries of a plan's clause must pass.

    Args:
        clause: From a plan as JSON; bound before the run, so a result cannot leave one out.
    """
    return frozenset(
        control_name(control, one["use"], one["tactics"])
        for scenario in clause["scenarios"]
        for one in scenario["adversaries"]
        for control in one["controls"]
    )


def slice_of(
    nonce: bytes, left: Iterable[bytes], take: int, *, units: Mapping[bytes, bytes] | None = None
) -> tuple[bytes, ...]:
    """Return the cases that an attempt opens: the first `take` in an order that only the nonce decides.

    Where units are declared, they are put in order, and within each its cases: so all of one stand together, and a cut
    leaves a part of the last one that nobody chose.

    Args:
        nonce: Of the run-plan.
        left: Gate cases that may be drawn.
        take: How many; if fewer are left, all.
        units: Case -> its unit; none where the unit is the case.
    """
    cases = _drawn(b"seatrial/slice/v1\x00", nonce, left)
    if units:
        place = {unit: at for at, unit in enumerate(_drawn(b"seatrial/units/v1\x00", nonce, set(units.values())))}
        cases = tuple(sorted(cases, key=lambda case: place[units[case]]))
    return cases[:take]


def members_of(nonce: bytes, members: Iterable[bytes], count: int) -> tuple[bytes, ...]:
    """Return the training cases that membership probes ask about, in draw order."""
    return _drawn(b"seatrial/members/v1\x00", nonce, members)[:count]


def left(
    gate: Iterable[bytes],
    opened: Iterable[bytes],
    take: int,
    *,
    reuse: bool,
    units: Mapping[bytes, bytes] | None = None,
) -> tuple[bytes, ...]:
    """Return the gate cases that an attempt may draw from.

    Args:
        gate: All gate cases of the pool.
        opened: Cases that earlier run-plans of the log drew.
        take: How many the attempt needs.
        reuse: Whether the charter declares reuse: then, where fresh cases do not suffice, all may be drawn again.
        units: Case -> its unit: whoever opened one case of a unit has opened the unit.
    """
    of = units or {}
    known = frozenset(of.get(case, case) for case in opened)
    every = tuple(gate)
    fresh = tuple(case for case in every if of.get(case, case) not in known)
    return every if reuse and len(fresh) < take else fresh


def attempt(statements: Sequence[Statement], submission_seq: int) -> int:
    """Return the number of an attempt within its campaign, from 1.

    Args:
        statements: The log from its beginning, at least up to the submission.
        submission_seq: Where the submission stands.
    """
    return attempts(statements[: submission_seq + 1])[submission_seq]


def attempts(statements: Sequence[Statement]) -> dict[int, int]:
    """Return the number of the attempt that each submission is, by entry.

    Every submission counts, abandoned ones too.  A campaign ends with the first submission under a new release name
    after a deploy that rests on a run of this campaign: judging an old deploy once more, under other words, ends
    nothing.  Before that, release names change nothing.  A trial that goes on with cases of an earlier campaign is
    counted from the beginning of that one, because it was chosen among all attempts since.
    """
    numbers: dict[int, int] = {}
    count, start, deployed = 0, 0, False
    began: dict[str, int] = {}
    releases, mine = set[str](), set[int]()
    for seq, statement in enumerate(statements):
        if statement.kind == "submission":
            release, trial = statement.predicate["release"], statement.predicate["trial"]
            if deployed and release not in releases:
                start, deployed, mine = count, False, set[int]()
            count += 1
            numbers[seq] = count - began.setdefault(trial, start)
            releases.add(release)
            mine.add(seq)
        elif statement.kind == "decision" and statement.predicate["decision"] == "deploy":
            deployed = deployed or _submission_of(statements, statement.predicate["run_result"]) in mine
    return numbers


def deployed(statements: Sequence[Statement], model: str) -> int | None:
    """Return the entry of the last deploy of another model, or None: what `last deploy` means to a candidate."""
    found = (
        seq
        for seq in range(len(statements) - 1, -1, -1)
        if statements[seq].kind == "decision"
        and statements[seq].predicate["decision"] == "deploy"
        and statements[seq].model != model
    )
    return next(found, None)


def _submission_of(statements: Sequence[Statement], run_result: int) -> int | None:
    """Return the submission that a run-result is of; None where the references lead nowhere."""
    seq = run_result
    for kind, field in (("run-result", "run_plan"), ("run-plan", "submission")):
        if not seq < len(statements) or statements[seq].kind != kind:
            return None
        seq = statements[seq].predicate[field]
    return seq


def judged(plan: Mapping[str, Any], charter: Mapping[str, Any]) -> dict[str, Any]:
    """Return a plan as another charter judges it: the same trial, its criteria, severities and digest.

    Args:
        plan: The plan that was submitted, as JSON.
        charter: Charter JSON, perhaps of a later text.

    Raises:
        EvidenceError: If the charter has other clauses or scenarios than were tried.
    """
    promised = {clause["name"]: clause for clause in charter["clauses"]}
    if promised.keys() != plan["clauses"].keys():
        raise EvidenceError("the charter has other clauses than the plan")
    clauses = {}
    for name, clause in plan["clauses"].items():
        if not _tries(clause["scenarios"], promised[name]["scenarios"]):
            raise EvidenceError(f"{name}: the charter names other scenarios than were tried")
        settled = {
            "require": promised[name]["require"],
            "severity": promised[name].get("severity", "major"),
            "advisory": promised[name].get("advisory", False),
        }
        clauses[name] = {**clause, **settled}
    return {**plan, "clauses": clauses, "charter": canonical.digest(canonical.dumps(charter))}


def _tries(tried: Sequence[Mapping[str, Any]], named: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the plan's scenarios are those of the charter, with the parameters that it chose."""
    return len(tried) == len(named) and all(
        use["scenario"] in (entry["scenario"], entry["scenario"].partition("@")[0])
        and use.get("digest", entry["digest"]) == entry["digest"]
        and all(entry["parameters"].get(key) == value for key, value in use["parameters"].items())
        for entry, use in zip(tried, named, strict=True)
    )


def _drawn(label: bytes, nonce: bytes, cases: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(sorted(cases, key=lambda case: hmac.digest(nonce, label + case, "sha256")))
