"""A person's key, wherever it is: a file of any algorithm that counts, or a URI."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seatrial.evidence.signers import mldsa
from seatrial.evidence.signers import pem as files
from seatrial.evidence.signers.ed25519 import Ed25519Signer
from seatrial.evidence.signers.kms import is_uri
from seatrial.evidence.signers.signer import Signer
from seatrial.plugins import find


def load(source: Path | str, *, password: bytes | None = None) -> Signer:
    """Return who signs with a key.

    Args:
        source: A PKCS#8 PEM file of mode 0600, or a URI of a key service.
        password: Of the file; None if it is not encrypted.

    Raises:
        LogError: If there is no such key, others may read its file, or it is of no algorithm that counts.
        MissingExtra: If the key service needs a package that is not installed.
    """
    if is_uri(str(source)):
        held: Signer = find("signers", "kms").make(str(source))
        return held
    return of_pem(files.read(Path(source)), password=password, where=str(source))


def of_pem(pem: bytes, *, password: bytes | None = None, where: str = "key") -> Signer:
    """Return who signs with the key in a PEM text.

    Raises:
        LogError: If it holds no key of an algorithm that counts, or the password does not open it.
    """
    key = files.private(pem, password=password, where=where)
    if isinstance(key, Ed25519PrivateKey):
        return Ed25519Signer(key)
    return mldsa.from_pem(pem, password=password, where=where)
