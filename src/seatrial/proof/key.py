"""A public key: its bytes, its algorithm, and the entries of a log that it may sign."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from seatrial.errors import EvidenceError, Problem

ED25519, ML_DSA_44 = "ed25519", "ml-dsa-44"
ALGORITHMS: Mapping[str, int] = {ED25519: 32, ML_DSA_44: 1312}
"""Signature algorithm -> bytes of a raw public key: RFC 8032, and FIPS 204 with its smallest parameters."""


@dataclass(frozen=True, slots=True)
class Key:
    """One public key, and where in the log it counts."""

    public: bytes
    """Raw public key, of the length that `ALGORITHMS` names."""
    algorithm: str = ED25519
    since: int = 0
    """First entry that it may sign."""
    until: int | None = None
    """First entry that it may sign no more; None if there is none yet."""

    @property
    def id(self) -> str:
        """Its id."""
        return key_id(self.public)

    def holds(self, seq: int) -> bool:
        """Return whether it may sign an entry."""
        return self.since <= seq and (self.until is None or seq < self.until)

    def verify(self, signature: bytes, message: bytes) -> None:
        """Check a signature.

        Raises:
            EvidenceError: If it is not good, or this verifier cannot compute the algorithm.
        """
        if not good(self.public, self.algorithm, signature, message):
            raise EvidenceError(f"the signature of key {self.id} is not good")


def key_id(public: bytes) -> str:
    """Return the first 16 hex digits of SHA-256 of a raw public key: a hint, never a proof."""
    return hashlib.sha256(public).hexdigest()[:16]


def algorithm_of(public: bytes) -> str:
    """Return the algorithm of a raw public key, told from its length.

    Raises:
        ValueError: If there is none of such keys.
    """
    found = next((name for name, size in ALGORITHMS.items() if size == len(public)), None)
    if found is None:
        raise ValueError(f"a public key of {len(public)} bytes is of no algorithm that counts")
    return found


def decoded(text: str, algorithm: str) -> bytes:
    """Return the raw public key that base64 text stands for.

    Raises:
        ValueError: If it is not the base64 of so many bytes, or the algorithm is unknown.
    """
    if algorithm not in ALGORITHMS:
        raise ValueError(f"{str(algorithm)[:60]!r} is no algorithm; there are {', '.join(ALGORITHMS)}")
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        raw = b""
    if len(raw) != ALGORITHMS[algorithm] or base64.b64encode(raw).decode() != text:
        name = "Ed25519" if algorithm == ED25519 else "ML-DSA-44"
        raise ValueError(f"{str(text)[:60]!r} is not the base64 of a raw {name} public key")
    return raw


def good(public: bytes, algorithm: str, signature: bytes, message: bytes) -> bool:
    """Return whether a signature over a message is by a raw public key.

    Raises:
        EvidenceError: If this verifier cannot compute the algorithm.
    """
    try:
        if algorithm == ED25519:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        else:
            _verify_ml_dsa(public, signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _verify_ml_dsa(public: bytes, signature: bytes, message: bytes) -> None:
    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey  # noqa: PLC0415 - from cryptography 47

        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (ImportError, UnsupportedAlgorithm):
        what = f"key {key_id(public)} is of ML-DSA-44, which this verifier cannot compute"
        hint = "install cryptography 50 or newer, built with a library that has ML-DSA"
        raise EvidenceError(Problem("", what, hint)) from None
