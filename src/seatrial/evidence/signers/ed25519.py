"""An Ed25519 key in a file that only its owner can read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seatrial.errors import LogError, Problem
from seatrial.evidence.signers import pem as files
from seatrial.evidence.signers.signer import Signer
from seatrial.records.card import Card


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """Who holds one Ed25519 key (RFC 8032: signatures are deterministic)."""

    key: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> bytes:
        """Raw public key, 32 bytes."""
        return self.key.public_key().public_bytes_raw()

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature over these bytes, 64 bytes."""
        return self.key.sign(data)


def load(path: Path, *, password: bytes | None = None) -> Ed25519Signer:
    """Return the signer whose key stands in a PKCS#8 PEM file.

    Raises:
        LogError: If there is no such file, others than its owner may read it, or it holds no such key.
    """
    return from_pem(files.read(path), password=password, where=str(path))


def from_pem(pem: bytes, *, password: bytes | None = None, where: str = "key") -> Ed25519Signer:
    """Return the signer of a PKCS#8 PEM text; `where` names it in errors, the text itself is never shown.

    Raises:
        LogError: If it holds no Ed25519 key, or the password does not open it.
    """
    key = files.private(pem, password=password, where=where)
    if not isinstance(key, Ed25519PrivateKey):
        raise LogError(Problem(where, "the key is not an Ed25519 key", "make one with `seatrial keys new`"))
    return Ed25519Signer(key)


def create(path: Path, *, password: bytes | None = None) -> Ed25519Signer:
    """Make a new key in a new file of mode 0600 and return its signer; encrypted if there is a password.

    Raises:
        LogError: If the file is there already (a key is never overwritten) or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    files.write_new(path, key, password)
    return Ed25519Signer(key)


def signer(source: Path | bytes, *, password: bytes | None = None, new: bool = False) -> Signer:
    """Return the signer of a key file, of a PEM text, or of a key made anew in that file."""
    if isinstance(source, bytes):
        return from_pem(source, password=password)
    return create(source, password=password) if new else load(source, password=password)


CARD: Card[Signer] = Card(signer, title="An Ed25519 key in a file of mode 0600", cites=("RFC 8032",))
