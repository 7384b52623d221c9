"""Witnesses and time-stamping authorities in the trust file: optional, and one spelling each."""

import base64
import datetime as dt
import json
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from seatrial.errors import EvidenceError
from seatrial.proof import note
from seatrial.proof import trust as trusts
from seatrial.proof.note import VerifierKey
from tests.proof import ledger

W1, W2 = (VerifierKey(f"w.example/{n}", note.COSIGNATURE, ledger.public(f"w{n}")) for n in (1, 2))


def certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "root")])
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder(name, name, ledger.key("ca").public_key(), 1, day, day + dt.timedelta(days=9))
    return made.sign(ledger.key("ca"), None).public_bytes(Encoding.DER)


def changed(**fields) -> bytes:
    return json.dumps({**json.loads(trusts.write(ledger.trust())), **fields}).encode()


def test_a_file_without_them_keeps_its_bytes() -> None:
    body = json.loads(trusts.write(ledger.trust()))
    assert body.keys() == {"log", "people", "quorum"}
    assert body["quorum"].keys() == {"approve", "waive"}


def test_it_reads_what_it_writes() -> None:
    full = replace(
        ledger.trust(),
        quorum={"approve": 1, "waive": 1, "witness": 2},
        witnesses={W1.name: W1, W2.name: W2},
        urls={W2.name: "https://w.example/2"},
        timestamps=(certificate(),),
    )
    assert trusts.read(trusts.write(full)) == full
    body = json.loads(trusts.write(full))
    assert body["witnesses"] == {W1.name: W1.text, W2.name: {"key": W2.text, "url": "https://w.example/2"}}
    assert full.needed("witness") == 2
    assert ledger.trust().needed("witness") == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"witnesses": [W1.text]}, "is an object"),
        ({"witnesses": {"w.example/1": 7}}, "is a verifier key"),
        ({"witnesses": {"w.example/1": {"url": "http://x"}}}, "is a verifier key"),
        ({"witnesses": {"w.example/1": {"key": W1.text, "urls": "http://x"}}}, "is a verifier key"),
        ({"witnesses": {"w.example/1": {"key": W1.text, "url": "ftp://x"}}}, "begins with http"),
        ({"witnesses": {"w.example/1": {"key": 7}}}, "no verifier key"),
        ({"witnesses": {"w.example/1": W2.text}}, "is the key of 'w.example/2'"),
        ({"witnesses": {"w.example/1": W1.text[:-1]}}, "no verifier key|stray bits"),
        ({"witnesses": {"log": VerifierKey("log", note.ED25519, W1.public).text}}, "does not cosign"),
        (
            {"witnesses": {"w.example/1": W1.text, "x": VerifierKey("x", note.COSIGNATURE, W1.public).text}},
            "would count as two",
        ),
        ({"witnesses": {"ann": VerifierKey("ann", note.COSIGNATURE, ledger.public("ann")).text}}, "is somebody else"),
        ({"witnesses": {"log": VerifierKey("log", note.COSIGNATURE, ledger.public("log")).text}}, "is somebody else"),
        ({"quorum": {"approve": 1, "waive": 1, "witness": 2}, "witnesses": {W1.name: W1.text}}, "never be reached"),
        ({"quorum": {"approve": 1, "waive": 1, "witness": 0}}, "whole number from 1"),
        ({"timestamps": "AAAA"}, "is not the base64 of a certificate"),
        ({"timestamps": [7]}, "is not the base64 of a certificate"),
        ({"timestamps": ["AAAA"]}, "is not the base64 of a certificate"),
        ({"timestamps": [base64.b64encode(certificate()).decode()] * 2}, "appears twice"),
    ],
)
def test_mistakes_are_named(fields, says) -> None:
    with pytest.raises(EvidenceError, match=says):
        trusts.read(changed(**fields))
