"""What a decision is in words that other tools know: in-toto `test-result` v0.1, and of a deploy `SVR` v0.2.

Both follow from the log alone: subjects, clauses, digests and the instant are recorded, so that equal logs give equal
bytes and an outsider makes them again.  They are summaries: what they leave out is in the decision that they name.
The fields are those of in-toto/attestation, `spec/predicates/test-result.md` and `svr.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.errors import EvidenceError, Problem
from seatrial.proof import canonical, envelope, manifest, merkle
from seatrial.proof.assurance import instant
from seatrial.proof.reading import Reading
from seatrial.proof.rests import submission
from seatrial.proof.statement import ARTIFACT, Statement

TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
SVR = "https://in-toto.io/attestation/svr/v0.2"
VERIFIER = "https://github.com/seatrial/seatrial/verifier/v1"
"""Who verified: these rules; whose word it is, says the key.  Other rules would be another version."""
_OURS = "SEATRIAL"
"""Properties are scoped by who defines them."""
RESULTS = {"deploy": "PASSED", "hold": "WARNED", "reject": "FAILED"}
"""Decision -> result of a test run."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the attestations of a decision are made from."""

    decision: Statement
    payload: str
    """Digest of its signed bytes."""
    charter: Mapping[str, Any]
    plan: str
    """Digest of the plan that was followed."""
    origin: str
    """Name of the log."""
    size: int
    """Entries of the log up to and with the decision."""
    root: str
    """Merkle root of these, in hexadecimal digits."""
    declared: bool
    """Whether the model is known by its block and its answers only."""
    instant: str
    """When it was verified, as the record has it: RFC 3339 in UTC; empty if it says nothing."""


def facts(reading: Reading) -> Facts:
    """Return what the asked decision's attestations are made from.

    The instant is the one at which waivers were looked at, else the end of the run; both by the recorder's own clock.

    Raises:
        EvidenceError: If what the decision refers to is not there.
    """
    said, statements = reading.decision.predicate, reading.statements
    submitted = statements[submission(statements[: reading.asked], said["run_result"])].predicate
    plan = reading.json(submitted["plan"])
    return Facts(
        decision=reading.decision,
        payload=reading.digest(reading.asked),
        charter=reading.json(said["charter"]),
        plan=submitted["plan"],
        origin=reading.trust.origin,
        size=reading.asked + 1,
        root=merkle.root(reading.leaves[: reading.asked + 1]).hex(),
        declared=_declared(reading, plan),
        instant=_instant(reading),
    )


def payloads(told: Facts) -> dict[str, bytes]:
    """Return the statements that follow from a decision, by short name: `test-result`, and of a deploy `svr`."""
    made = {"test-result": test_result(told)}
    return {**made, "svr": svr(told)} if told.decision.predicate["decision"] == "deploy" and told.instant else made


def test_result(told: Facts) -> bytes:
    """Return the payload of a `test-result`: each clause is a test.

    Passed is what is held; failed is what is breached and neither advisory nor waived; everything else is a warning,
    and so is a clause that an earlier charter asked for and this one does not.
    """
    passed, warned, failed = _tests(told)
    predicate = {
        "result": RESULTS[told.decision.predicate["decision"]],
        "configuration": list(_configuration(told)),
        "passedTests": passed,
        "warnedTests": warned,
        "failedTests": failed,
    }
    return _statement(told, TEST_RESULT, predicate)


def svr(told: Facts) -> bytes:
    """Return the payload of a simple verification result, of a deploy.

    `SEATRIAL_CHARTER_MET` stands there only if every clause that can block is held and none is waived.

    Raises:
        EvidenceError: If the decision is no deploy, or the record names no instant.
    """
    if told.decision.predicate["decision"] != "deploy" or not told.instant:
        raise EvidenceError("only a deploy whose record names an instant has a verification result")
    return _statement(
        told,
        SVR,
        {
            "verifier": {"id": VERIFIER, "policies": list(_configuration(told))},
            "timeCreated": told.instant,
            "properties": list(_properties(told)),
        },
    )


def attested(reading: Reading) -> Iterator[Problem]:
    """Find a standard attestation that the log key did not sign, or that does not follow from the asked decision."""
    for data in reading.question.attestations:
        try:
            yield from _wrong(reading, data)
        except EvidenceError as error:
            yield from (Problem("attestation", problem.what, problem.hint) for problem in error.problems)


def _wrong(reading: Reading, data: bytes) -> Iterator[Problem]:
    signed = envelope.parsed(data.strip())
    ring, size = reading.keyring, len(reading.evidence.entries)
    if data.strip() == reading.evidence.entries[reading.asked]:
        return
    wanted = {ring.log_key_id(reading.asked), envelope.key_id(ring.checkpoint_key(size))}
    envelope.check(signed, {**ring.keys(reading.asked), **ring.keys(size)})
    if not wanted & set(signed.key_ids):
        yield Problem("attestation", "is not signed by the log key")
    made = payloads(facts(reading))
    if signed.payload in made.values():
        return
    body = canonical.loads(signed.payload)
    kind = body.get("predicateType") if isinstance(body, dict) else None
    name = {TEST_RESULT: "test-result", SVR: "svr"}.get(str(kind))
    if name is None:
        yield Problem("attestation", f"{str(kind)[:80]!r} is no kind of attestation that follows from a decision")
    elif name not in made:
        yield Problem("attestation", "says that a model was verified, and the decision is no deploy")
    else:
        where = _differs(body, canonical.loads(made[name]))
        hint = f"is it of another decision? this one is entry {reading.asked}; --decision names another"
        yield Problem("attestation", f"does not follow from the decision: {where}", hint)


def _differs(told: Any, made: Any, path: str = "") -> str:
    """Return where two statements first differ, in words."""
    if isinstance(told, dict) and isinstance(made, dict) and told.keys() == made.keys():
        name = next(name for name in sorted(made) if told[name] != made[name])
        return _differs(told[name], made[name], f"{path}.{name}" if path else name)
    said, given = (canonical.dumps(value).decode()[:120] for value in (told, made))
    return f"`{path}` is {said}, and the log gives {given}"


def _statement(told: Facts, kind: str, predicate: Mapping[str, Any]) -> bytes:
    one = told.decision
    model = {"name": "model", "digest": _digest(one.model)}
    named = [{**model, "annotations": {"identity": "declared" if told.declared else "files"}}]
    named += [{"name": ARTIFACT, "digest": _digest(one.artifact)}] if one.artifact else []
    body = {"_type": "https://in-toto.io/Statement/v1", "subject": named}
    return canonical.dumps({**body, "predicateType": kind, "predicate": predicate})


def _configuration(told: Facts) -> Iterator[dict[str, Any]]:
    """Yield resource descriptors of what decided: charter, plan, decision, and the log that holds them."""
    named = {"charter": told.decision.predicate["charter"], "plan": told.plan, "decision": told.payload}
    for name, digest in named.items():
        yield {"name": name, "digest": _digest(digest), "mediaType": "application/json"}
    yield {"name": told.origin, "digest": {"sha256": told.root}, "annotations": {"entries": told.size}}


def _tests(told: Facts) -> tuple[list[str], list[str], list[str]]:
    said = told.decision.predicate
    advisory = {one["name"] for one in told.charter["clauses"] if one.get("advisory")}
    gone = sorted(set(said["weaker"]) - said["clauses"].keys())
    passed, warned, failed = [], list[str](), list[str]()
    for name, clause in sorted(said["clauses"].items()):
        if clause["verdict"] == "held" and name not in said["weaker"]:
            passed.append(name)
        elif clause["verdict"] == "breached" and not clause["waived"] and name not in advisory:
            failed.append(name)
        else:
            warned.append(name)
    return passed, warned + gone, failed


def _properties(told: Facts) -> Iterator[str]:
    passed, warned, _ = _tests(told)
    advisory = {one["name"] for one in told.charter["clauses"] if one.get("advisory")}
    yield f"{_OURS}_DEPLOY"
    yield f"{_OURS}_DEPLOY_WITH_WAIVERS" if set(warned) - advisory else f"{_OURS}_CHARTER_MET"
    if not told.declared:
        yield f"{_OURS}_MODEL_FILES_HASHED"
    yield from (f"{_OURS}_CLAUSE_HELD:{name}" for name in passed)


def _declared(reading: Reading, plan: Mapping[str, Any]) -> bool:
    if not plan.get("manifest"):
        return "weights" not in plan["target"]
    return manifest.read(reading.blob(plan["manifest"])).declared


def _instant(reading: Reading) -> str:
    said = reading.decision.predicate
    if said["as_of"]:
        return instant(said["as_of"])
    for seq, one in reading.of_kind("environment"):
        if seq < reading.asked and one.predicate["run_result"] == said["run_result"]:
            return str(one.predicate["ended"]).replace("+00:00", "Z")
    return ""


def _digest(digest: str) -> dict[str, str]:
    return {"sha256": canonical.raw(digest).hex()}
