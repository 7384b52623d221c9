"""Envelopes: what nobody may strip, double, add or respell."""

import base64

import pytest

from seatrial.errors import EvidenceError
from seatrial.proof import canonical, envelope
from seatrial.proof.key import Key
from tests.proof.ledger import key, public, signer

KEYS = {envelope.key_id(public(name)): Key(public(name)) for name in ("log", "ann")}
SEALED = envelope.seal(b"payload", [signer("log"), signer("ann")])


def changed(**fields) -> bytes:
    return canonical.dumps({**canonical.loads(SEALED), **fields})


def signatures() -> list[dict[str, str]]:
    return canonical.loads(SEALED)["signatures"]


def test_it_opens_what_it_seals() -> None:
    found = envelope.opened(SEALED, KEYS)
    assert found.payload == b"payload"
    assert found.key_ids == tuple(KEYS)


def test_what_is_signed_is_the_encoding_of_dsse() -> None:
    message = b"DSSEv1 28 application/vnd.in-toto+json 7 payload"
    key("log").public_key().verify(base64.b64decode(signatures()[0]["sig"]), message)


def _b64(text: bytes) -> str:
    return base64.b64encode(text).decode()


ATTACKS = {
    "no signature": changed(signatures=[]),
    "one key twice": changed(signatures=[signatures()[0], signatures()[0]]),
    "unknown key": envelope.seal(b"payload", [signer("log"), signer("eve")]),
    "own key under a trusted name": changed(
        signatures=[{"keyid": envelope.key_id(public("ann")), "sig": _b64(key("eve").sign(b"payload"))}]
    ),
    "signatures exchanged": changed(
        signatures=[
            {"keyid": one["keyid"], "sig": other["sig"]}
            for one, other in zip(signatures(), signatures()[::-1], strict=True)
        ]
    ),
    "short signature": changed(signatures=[{**signatures()[0], "sig": _b64(b"short")}]),
    "another payload": changed(payload=_b64(b"another")),
    "another type": changed(payloadType="text/plain"),
    "a field more": changed(more=1),
    "a key that comes along": changed(signatures=[{**signatures()[0], "cert": _b64(public("log"))}]),
    "base64 with stray bits": changed(payload="cGF5bG9hZB=="),
    "base64 with line breaks": changed(payload="cGF5\nbG9hZA=="),
    "base64 for addresses": changed(payload="_-8="),
    "base64 without padding": changed(payload="cGF5bG9hZA"),
    "base64 that is not ASCII": changed(payload="\u00e9"),
    "payload is a number": changed(payload=1),
    "signatures are an object": changed(signatures={}),
    "a signature is a text": changed(signatures=["x"]),
    "not an object": b"[]",
    "not canonical": SEALED + b"\n",
    "a key named twice in JSON": SEALED.replace(b'{"payload":', b'{"payload":"","payload":'),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks(name) -> None:
    with pytest.raises(EvidenceError):
        envelope.opened(ATTACKS[name], KEYS)


def test_a_covered_signature_is_not_computed_and_others_are() -> None:
    body = signatures()
    torn = {**body[0], "sig": _b64(bytes(64))}
    log, ann = tuple(KEYS)
    envelope.check(envelope.parsed(changed(signatures=[torn, body[1]])), KEYS, covered=log)
    with pytest.raises(EvidenceError):
        envelope.check(envelope.parsed(changed(signatures=[torn, body[1]])), KEYS, covered=ann)
