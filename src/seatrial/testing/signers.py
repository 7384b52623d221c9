"""The contract of a signer, executable."""

from __future__ import annotations

import base64
import pickle
from collections.abc import Iterator

from seatrial.errors import EvidenceError
from seatrial.evidence.signers.signer import Signer
from seatrial.proof.key import ED25519, Key, algorithm_of

MESSAGES = (b"", b"\x00", b"seatrial", bytes(range(256)) * 64)
"""What every signer must sign: nothing, a zero byte, text, 16 kilobytes."""


def check_signer(signer: Signer, *, secret: bytes = b"") -> None:
    """Check that a signer keeps what `evidence/signers/signer.py` promises.

    Args:
        signer: The signer; it signs a few messages.
        secret: Raw private key, if it is known: then it is looked for where it may not be seen.

    Raises:
        AssertionError: With a sentence that says which promise is broken.
    """
    public = signer.public
    assert type(public) is bytes, f"public must be bytes, not {type(public).__name__}"
    assert public == signer.public, "public must be the same whenever it is asked for"
    algorithm = _algorithm(public)
    for message in MESSAGES:
        _check_signature(signer, Key(public, algorithm), message)
    if algorithm == ED25519:
        assert signer.sign(b"again") == signer.sign(b"again"), "Ed25519 signatures of equal bytes must be equal"
    _check_hidden(signer, secret)


def _algorithm(public: bytes) -> str:
    try:
        return algorithm_of(public)
    except ValueError as error:
        raise AssertionError(f"public must be a raw public key: {error}") from None


def _check_signature(signer: Signer, key: Key, message: bytes) -> None:
    signature = signer.sign(message)
    assert type(signature) is bytes, f"sign must return bytes, not {type(signature).__name__}"
    assert _good(key, signature, message), "a signature must verify with the public key"
    assert not _good(key, signature, message + b"\x01"), "a signature must not verify with another message"
    torn = bytes([signature[0] ^ 1]) + signature[1:]
    assert not _good(key, torn, message), "a changed signature must not verify"


def _good(key: Key, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except EvidenceError:
        return False
    return True


def _check_hidden(signer: Signer, secret: bytes) -> None:
    shown = [("its repr", repr(signer).encode()), ("its text", str(signer).encode()), ("a pickle", _pickled(signer))]
    for place, text in shown:
        assert b"PRIVATE KEY" not in text, f"{place} must not show the private key"
        assert not any(form in text for form in _forms(secret)), f"{place} must not show the private key"


def _pickled(signer: Signer) -> bytes:
    """Return what leaves the process with a pickle; nothing where it refuses."""
    try:
        return pickle.dumps(signer)
    except (TypeError, AttributeError, pickle.PicklingError) as error:
        return str(error).encode()


def _forms(secret: bytes) -> Iterator[bytes]:
    """Yield the ways in which bytes may stand in a text."""
    if secret:
        yield from (secret, secret.hex().encode(), base64.b64encode(secret).rstrip(b"="), repr(secret).encode())
