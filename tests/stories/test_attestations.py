"""A decision in the forms that other tools read: made from the log, and found again by them."""

import base64
import hashlib
import json

import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.dsse import Envelope as TheirEnvelope
from securesystemslib.signer import SSlibKey
from tests.proof import intoto
from tests.stories.projects import FAR

from seatrial.evidence.log import Log
from seatrial.proof.__main__ import main
from seatrial.proof.key import key_id


def _body(file):
    return json.loads(base64.b64decode(json.loads(file.read_bytes())["payload"]))


def _their_key(public):
    key = SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(public))
    return SSlibKey(key_id(public), key.keytype, key.scheme, key.keyval)


def test_a_deploy_is_attested_and_other_tools_take_the_envelope(net) -> None:
    assert net.gate().code == 0
    done = net.do("attest", "out")
    assert done.code == 0, done.err
    folder = net.folder / "out"
    names = ["decision.intoto.json", "svr.intoto.json", "test-result.intoto.json"]
    assert sorted(one.name for one in folder.iterdir()) == names
    jsonschema.validate(_body(folder / names[1]), intoto.SVR)
    jsonschema.validate(_body(folder / names[2]), intoto.TEST_RESULT)
    assert _body(folder / names[1])["predicate"]["properties"][1] == "SEATRIAL_CHARTER_MET"
    weights = (net.folder / "net.safetensors").read_bytes()
    signed = hashlib.sha256(hashlib.sha256(weights).digest()).hexdigest()
    log = Log.open(net.log)
    for name in names:
        subjects = {one["name"]: one["digest"]["sha256"] for one in _body(folder / name)["subject"]}
        assert subjects["artifact"] == signed
        theirs = TheirEnvelope.from_dict(json.loads((folder / name).read_bytes()))
        accepted = theirs.verify([_their_key(log.trust.log_key)], 1)
        assert list(accepted) == [key_id(log.trust.log_key)]
        found = net.do("verify", "--attestation", folder / name, "--json")
        assert found.code == 0, found.out
        assert "attestation" in [check["name"] for check in found.json["checks"]]


def test_equal_logs_give_equal_bytes(net) -> None:
    net.gate()
    assert net.do("attest", "one").code == 0
    net.do("gate", "--again", "--quiet", "--executor", "inline")
    decision = net.said("decision")
    assert len(decision) == 2
    first = next(seq for seq, one in enumerate(Log.open(net.log).statements()) if one.kind == "decision")
    assert net.do("attest", "two", "--decision", first).code == 0
    for file in (net.folder / "one").iterdir():
        assert file.read_bytes() == (net.folder / "two" / file.name).read_bytes()


def test_a_reject_has_no_verification_and_a_changed_attestation_is_found(net) -> None:
    net.write(clauses=(FAR,))
    assert net.gate().code == 6
    assert net.do("attest").code == 0
    folder = net.folder / "attestations"
    assert sorted(one.name for one in folder.iterdir()) == ["decision.intoto.json", "test-result.intoto.json"]
    result = folder / "test-result.intoto.json"
    assert _body(result)["predicate"]["failedTests"] == ["far"]
    body = json.loads(result.read_bytes())
    payload = base64.b64decode(body["payload"]).replace(b"FAILED", b"PASSED")
    result.write_text(json.dumps({**body, "payload": base64.b64encode(payload).decode()}, separators=(",", ":")))
    found = net.do("verify", "--attestation", result)
    assert found.code == 5
    assert "signature" in found.out


def test_a_bundle_is_enough(net, capsys) -> None:
    net.gate()
    net.do("attest", "out")
    net.do("export", net.folder / "evidence.tar")
    words = [str(net.folder / "evidence.tar"), "--trust", str(net.folder / "trust.json"), "--attestation"]
    assert main([*words, str(net.folder / "out" / "svr.intoto.json")]) == 0
    assert main([*words, str(net.folder / "out" / "absent.json")]) == 2
    capsys.readouterr()


@pytest.mark.parametrize("words", [("attest", "--decision", "99"), ("verify", "--attestation", "absent.json")])
def test_wrong_words(net, words) -> None:
    net.gate()
    assert net.do(*words).code == 2


def test_a_declared_identity_is_told_everywhere(project) -> None:
    assert project.gate().code == 0
    project.do("attest", "out")
    body = _body(project.folder / "out" / "test-result.intoto.json")
    assert [one["name"] for one in body["subject"]] == ["model"]
    assert body["subject"][0]["annotations"] == {"identity": "declared"}
    report = project.do("report", "--to", "json").json
    assert any("identity is declared" in note for note in report["notes"])
    assert "artifact" not in report["digests"]
