"""Signatures that others put under a model: the bundles of OpenSSF model signing, read and checked with a public key.

A `model.sig` is a Sigstore bundle around a DSSE envelope around an in-toto statement: predicate
`https://model_signing/signature/v1.0`, the subject the digest of all files, `resources` the files.  Checked here are
signatures by a key (ECDSA on P-256, P-384 and P-521, Ed25519).  Keyless ones and certificates need Sigstore's own
tools; without a key nothing is said about who signed.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from seatrial.errors import EvidenceError, InputError, Problem
from seatrial.proof import manifest
from seatrial.proof.envelope import PAYLOAD_TYPE

PREDICATE = "https://model_signing/signature/v1.0"
_CURVES = ("secp256r1", "secp384r1", "secp521r1")
_HASHES: Mapping[int, Callable[[], HashAlgorithm]] = {256: SHA256, 384: SHA384, 521: SHA512}


@dataclass(frozen=True, slots=True)
class ModelSignature:
    """What somebody signed about a model."""

    name: str
    """What the signer called it; it is in no digest."""
    artifact: str
    """Digest of all files: the subject."""
    files: Mapping[str, str]
    """Path from the model's top, `.` for a model of one file -> SHA-256 in hexadecimal digits."""
    ignored: tuple[str, ...]
    """Paths that the signer left out."""
    links: bool
    """Whether the signer followed symbolic links."""
    payload: bytes
    signatures: tuple[bytes, ...]

    def check(self, pem: bytes) -> None:
        """Check the signature with a public key.

        Raises:
            InputError: If it is no public key that can sign models.
            EvidenceError: If the signature is not good.
        """
        key = _key(pem)
        message = b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(self.payload), self.payload)
        try:
            if isinstance(key, Ed25519PublicKey):
                key.verify(self.signatures[0], message)
            else:
                key.verify(self.signatures[0], message, ECDSA(_HASHES[key.curve.key_size]()))
        except InvalidSignature:
            raise EvidenceError(Problem("signature", "is not by this key, or the signed list was changed")) from None


def read(data: bytes) -> ModelSignature:
    """Return what a signature says; whose it is, only `check` tells.

    Raises:
        EvidenceError: If it is none that can be read, or its subject is not the digest of the files that it lists.
    """
    try:
        envelope = json.loads(data)["dsseEnvelope"]
        payload = base64.b64decode(envelope["payload"], validate=True)
        signatures = tuple(base64.b64decode(one["sig"], validate=True) for one in envelope["signatures"])
        body = json.loads(payload)
        found = _signed(body, payload, signatures)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise EvidenceError(Problem("signature", f"cannot be read: {type(error).__name__} {error}")) from None
    if envelope["payloadType"] != PAYLOAD_TYPE or len(signatures) != 1:
        raise EvidenceError(Problem("signature", "is not one signature over an in-toto statement"))
    if manifest.root(found.files) != found.artifact:
        raise EvidenceError(Problem("signature", "its subject is not the digest of the files that it lists"))
    return found


def _signed(body: Mapping[str, Any], payload: bytes, signatures: tuple[bytes, ...]) -> ModelSignature:
    if body["predicateType"] != PREDICATE:
        raise ValueError(f"its predicate is {str(body['predicateType'])[:80]!r}, and {PREDICATE} is read here")
    (subject,) = body["subject"]
    how, resources = body["predicate"]["serialization"], body["predicate"]["resources"]
    if (how["method"], how["hash_type"]) != ("files", "sha256") or {one["algorithm"] for one in resources} - {"sha256"}:
        raise ValueError("it hashes the model in pieces, or by another algorithm than SHA-256")
    files = {str(one["name"]): bytes.fromhex(one["digest"]).hex() for one in resources}
    if len(files) != len(resources) or any(len(value) != 64 for value in files.values()):
        raise ValueError("a file is listed twice, or with a digest that is none")
    return ModelSignature(
        name=str(subject.get("name", "")),
        artifact=f"sha256:{subject['digest']['sha256']}",
        files=files,
        ignored=tuple(map(str, how.get("ignore_paths", ()))),
        links=how.get("allow_symlinks") is True,
        payload=payload,
        signatures=signatures,
    )


def _key(pem: bytes) -> EllipticCurvePublicKey | Ed25519PublicKey:
    hint = "name the signer's public key as PEM: -----BEGIN PUBLIC KEY-----"
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise InputError(Problem("--key", "is no public key", hint)) from None
    if isinstance(key, Ed25519PublicKey):
        return key
    if isinstance(key, EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return key
    raise InputError(Problem("--key", "is no key of P-256, P-384, P-521 or Ed25519", hint))
