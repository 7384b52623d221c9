"""Attestations that other tools read: equal to what the log gives, by the schemas of in-toto."""

from dataclasses import replace

import jsonschema
import pytest

from seatrial.errors import EvidenceError
from seatrial.proof import bundle, canonical, envelope, manifest, merkle, standard
from seatrial.proof.bundle import Evidence
from seatrial.proof.reading import Question, Reading
from seatrial.proof.standard import Facts
from seatrial.proof.statement import Statement
from tests.proof import intoto, ledger
from tests.proof.ledger import MODEL_A, MODEL_B, Ledger, charter, clause, found_by, story

FILES = manifest.Manifest({"m.py": "11" * 32, "w.bin": "22" * 32}, ("w.bin",))


def evidence(log: Ledger) -> Evidence:
    return Evidence(tuple(log.entries), log.checkpoint(), log.blobs)


def told(log: Ledger, decision: int) -> Facts:
    return standard.facts(Reading(evidence(log), ledger.trust(), Question(decision)))


def clauses(**verdicts: str) -> dict:
    plain = {"n": 3, "held": 3, "unknown": 0, "total": None, "waived": False}
    return {name: {**plain, "verdict": verdict} for name, verdict in verdicts.items()}


def facts(decision: str, said: dict, *, weaker: tuple = (), advisory: tuple = (), **more) -> Facts:
    predicate = {
        "release": "1",
        "model": MODEL_A,
        "charter": canonical.digest(b"charter"),
        "run_result": 2,
        "clauses": said,
        "decision": decision,
        "weaker": list(weaker),
        "waivers": [],
        "as_of": 0,
    }
    text = {"clauses": [{"name": name, "advisory": name in advisory} for name in said]}
    given = {"declared": False, "instant": "2026-11-21T12:01:00Z", **more}
    digest = canonical.digest(b"d")
    return Facts(Statement("decision", MODEL_A, predicate), digest, text, digest, "a/b", 5, "0" * 64, **given)


def predicate(payload: bytes) -> dict:
    return canonical.loads(payload)["predicate"]


def test_a_reject_has_failed_and_is_no_verification() -> None:
    log = story()
    made = standard.payloads(told(log, 4))
    assert list(made) == ["test-result"]
    body = canonical.loads(made["test-result"])
    jsonschema.validate(body, intoto.TEST_RESULT)
    assert body["predicate"]["result"] == "FAILED"
    assert (body["predicate"]["passedTests"], body["predicate"]["failedTests"]) == (["clean"], ["robust"])
    named = {one["name"]: one["digest"]["sha256"] for one in body["predicate"]["configuration"]}
    assert named["charter"] == canonical.raw(log.statements[4].predicate["charter"]).hex()
    assert named["plan"] == canonical.raw(log.statements[0].predicate["plan"]).hex()
    assert named["decision"] == canonical.raw(canonical.digest(envelope.parsed(log.entries[4]).payload)).hex()
    assert named[ledger.ORIGIN] == merkle.root([merkle.leaf_hash(one) for one in log.entries[:5]]).hex()


def test_a_deploy_has_both_forms_and_names_the_signed_files() -> None:
    log = Ledger()
    model = FILES.model(charter()["target"])
    log.gate(model, charter(), manifest=log.put(manifest.write(FILES)))
    (decided,) = (seq for seq, one in enumerate(log.statements) if one.kind == "decision")
    found = told(log, decided)
    signed = replace(found, decision=replace(found.decision, artifact=FILES.artifact))
    made = standard.payloads(replace(signed, instant="2026-11-21T12:01:00Z"))
    assert list(made) == ["test-result", "svr"]
    for payload, schema in zip(made.values(), (intoto.TEST_RESULT, intoto.SVR), strict=True):
        body = canonical.loads(payload)
        jsonschema.validate(body, schema)
        assert [one["name"] for one in body["subject"]] == ["model", "artifact"]
        assert body["subject"][0] == {
            "name": "model",
            "digest": {"sha256": canonical.raw(model).hex()},
            "annotations": {"identity": "files"},
        }
        assert f"sha256:{body['subject'][1]['digest']['sha256']}" == FILES.artifact


def test_what_each_verdict_is_called() -> None:
    said = clauses(a="held", b="breached", c="unproven", d="untried", e="breached", f="breached", g="held")
    said["e"]["waived"] = True
    found = predicate(standard.test_result(facts("hold", said, weaker=("g", "lost"), advisory=("f",))))
    assert found["result"] == "WARNED"
    assert found["passedTests"] == ["a"]
    assert found["failedTests"] == ["b"]
    assert found["warnedTests"] == ["c", "d", "e", "f", "g", "lost"]


def test_the_charter_is_met_only_if_nothing_that_blocks_was_waived() -> None:
    whole = facts("deploy", clauses(a="held", b="unproven"), advisory=("b",))
    body = canonical.loads(standard.svr(whole))
    jsonschema.validate(body, intoto.SVR)
    assert body["predicate"]["properties"] == [
        "SEATRIAL_DEPLOY",
        "SEATRIAL_CHARTER_MET",
        "SEATRIAL_MODEL_FILES_HASHED",
        "SEATRIAL_CLAUSE_HELD:a",
    ]
    waived = clauses(a="held", b="breached")
    waived["b"]["waived"] = True
    found = predicate(standard.svr(facts("deploy", waived)))["properties"]
    assert "SEATRIAL_CHARTER_MET" not in found
    assert "SEATRIAL_DEPLOY_WITH_WAIVERS" in found
    declared = facts("deploy", clauses(a="held"), declared=True)
    assert "SEATRIAL_MODEL_FILES_HASHED" not in predicate(standard.svr(declared))["properties"]
    assert canonical.loads(standard.svr(declared))["subject"][0]["annotations"] == {"identity": "declared"}


@pytest.mark.parametrize("decision", ["hold", "reject"])
def test_only_a_deploy_was_verified(decision: str) -> None:
    with pytest.raises(EvidenceError, match="deploy"):
        standard.svr(facts(decision, clauses(a="held")))
    with pytest.raises(EvidenceError, match="instant"):
        standard.svr(facts("deploy", clauses(a="held"), instant=""))
    assert "svr" not in standard.payloads(facts("deploy", clauses(a="held"), instant=""))


def test_equal_logs_give_equal_bytes_however_they_go_on() -> None:
    log = story()
    first = standard.payloads(told(log, 4))
    log.gate(MODEL_B, charter(clause("robust", severity="minor")))
    assert standard.payloads(told(log, 4)) == first
    assert standard.payloads(told(story(), 4)) == first


def presented(log: Ledger, decision: int, *attestations: bytes) -> set[str]:
    return found_by(evidence(log), decision=decision, attestations=attestations)


def test_what_follows_is_accepted_and_nothing_else() -> None:
    log = story()
    own = {name: envelope.seal(body, [ledger.signer("log")]) for name, body in standard.payloads(told(log, 9)).items()}
    assert presented(log, 9, *own.values()) == set()
    assert presented(log, 9, own["test-result"] + b"\n", log.entries[9]) == set()
    assert presented(log, 4, own["test-result"]) == {"attestation"}
    by_eve = envelope.seal(standard.test_result(told(log, 9)), [ledger.signer("eve")])
    by_ann = envelope.seal(standard.test_result(told(log, 9)), [ledger.signer("ann")])
    other = envelope.seal(envelope.parsed(log.entries[8]).payload, [ledger.signer("log")])
    for wrong in (by_eve, by_ann, other, b"{}", b"", b"\xff", log.entries[4], own["test-result"][:-9] + b'AAAAAAA"}]}'):
        assert presented(log, 9, wrong) == {"attestation"}, wrong[:60]


def test_a_verification_of_what_is_no_deploy_is_told() -> None:
    log = story()
    deploy = replace(told(log, 4), decision=replace(told(log, 9).decision), instant="2026-11-21T12:00:00Z")
    forged = envelope.seal(standard.svr(deploy), [ledger.signer("log")])
    reading = Reading(evidence(log), ledger.trust(), Question(4, attestations=(forged,)))
    assert "no deploy" in str(next(iter(standard.attested(reading))))


def test_a_difference_is_named() -> None:
    log = story()
    body = canonical.loads(standard.test_result(told(log, 4)))
    body["predicate"]["failedTests"] = []
    forged = envelope.seal(canonical.dumps(body), [ledger.signer("log")])
    reading = Reading(evidence(log), ledger.trust(), Question(4, attestations=(forged,)))
    (problem,) = standard.attested(reading)
    assert '`predicate.failedTests` is [], and the log gives ["robust"]' in str(problem)


def test_the_bundle_has_all_that_is_needed() -> None:
    log = story()
    packed = bundle.read(bundle.write(log.evidence(9)), bundle.LIMIT)
    assert standard.payloads(standard.facts(Reading(packed, ledger.trust(), Question(9)))) == standard.payloads(
        told(log, 9)
    )
