"""Signatures of model signing, made here as its format is published, and read."""

import base64
import copy
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from seatrial.errors import EvidenceError, InputError
from seatrial.evidence import modelsig

KEYS = {
    "P-256": (ec.generate_private_key(ec.SECP256R1()), SHA256()),
    "P-384": (ec.generate_private_key(ec.SECP384R1()), SHA384()),
    "P-521": (ec.generate_private_key(ec.SECP521R1()), SHA512()),
    "Ed25519": (ed25519.Ed25519PrivateKey.generate(), None),
}


def pem(key: Any) -> bytes:
    data: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return data


def body(files: dict[str, bytes]) -> dict[str, Any]:
    """The statement over files, which come in the order of the rule."""
    digests = {name: hashlib.sha256(data).digest() for name, data in files.items()}
    root = hashlib.sha256(b"".join(digests.values())).hexdigest()
    resources = [{"name": name, "algorithm": "sha256", "digest": raw.hex()} for name, raw in digests.items()]
    how = {"method": "files", "hash_type": "sha256", "allow_symlinks": False, "ignore_paths": ["model.sig", ".git"]}
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "model", "digest": {"sha256": root}}],
        "predicateType": "https://model_signing/signature/v1.0",
        "predicate": {"serialization": how, "resources": resources},
    }


def sealed(said: dict[str, Any], name: str = "P-256") -> bytes:
    payload = json.dumps(said, indent=2).encode()
    kind = b"application/vnd.in-toto+json"
    message = b" ".join([b"DSSEv1", b"%d" % len(kind), kind, b"%d" % len(payload), payload])
    key, hashed = KEYS[name]
    signature = key.sign(message) if hashed is None else key.sign(message, ec.ECDSA(hashed))
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": kind.decode(),
        "signatures": [{"sig": base64.b64encode(signature).decode(), "keyid": ""}],
    }
    media = "application/vnd.dev.sigstore.bundle.v0.3+json"
    material = {"publicKey": {"hint": "0" * 64}, "tlogEntries": []}
    return json.dumps({"mediaType": media, "verificationMaterial": material, "dsseEnvelope": envelope}).encode()


FILES = {"config.json": b"{}", "d/w.bin": b"1", "d-1": b"2"}


@pytest.mark.parametrize("name", KEYS)
def test_a_good_signature_is_read_and_checked(name: str) -> None:
    found = modelsig.read(sealed(body(FILES), name))
    assert dict(found.files) == {path: hashlib.sha256(data).hexdigest() for path, data in FILES.items()}
    assert found.artifact == f"sha256:{body(FILES)['subject'][0]['digest']['sha256']}"
    assert (found.name, found.ignored, found.links) == ("model", ("model.sig", ".git"), False)
    found.check(pem(KEYS[name][0]))
    for other in KEYS.keys() - {name}:
        with pytest.raises(EvidenceError, match="not by this key"):
            found.check(pem(KEYS[other][0]))


def test_the_key_must_be_one_that_signs_models() -> None:
    found = modelsig.read(sealed(body(FILES)))
    for wrong in (b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"):
        with pytest.raises(InputError, match="no public key"):
            found.check(wrong)
    for key in (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256K1())):
        with pytest.raises(InputError, match="no key of P-256"):
            found.check(pem(key))


def changed(**paths: Any) -> dict[str, Any]:
    said = copy.deepcopy(body(FILES))
    for path, value in paths.items():
        *where, last = path.split("__")
        place: Any = said
        for part in where:
            place = place[int(part) if part.isdigit() else part]
        place[int(last) if last.isdigit() else last] = value
    return said


@pytest.mark.parametrize(
    "said",
    [
        changed(predicateType="https://model_signing/Digests/v0.1"),
        changed(subject=[]),
        changed(subject__0__digest__sha256="0" * 64),
        changed(predicate__resources__0__digest="00"),
        changed(predicate__resources__0__digest="no hex"),
        changed(predicate__resources__0__name="d-1"),
        changed(predicate__resources__0__algorithm="blake3"),
        changed(predicate__serialization__method="shards"),
        changed(predicate__serialization__hash_type="blake2"),
        changed(predicate__resources=None),
        {"predicateType": "https://model_signing/signature/v1.0"},
    ],
)
def test_what_does_not_hang_together_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(EvidenceError, match="signature"):
        modelsig.read(sealed(said))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"dsseEnvelope": {}}', b'{"dsseEnvelope": {"payload": "%%%"}}'])
def test_what_is_no_signature_is_refused(data: bytes) -> None:
    with pytest.raises(EvidenceError, match="cannot be read"):
        modelsig.read(data)


def test_two_signatures_or_another_payload_are_refused() -> None:
    whole = json.loads(sealed(body(FILES)))
    twice = copy.deepcopy(whole)
    twice["dsseEnvelope"]["signatures"] *= 2
    other = copy.deepcopy(whole)
    other["dsseEnvelope"]["payloadType"] = "text/plain"
    for one in (twice, other):
        with pytest.raises(EvidenceError, match="one signature"):
            modelsig.read(json.dumps(one).encode())
