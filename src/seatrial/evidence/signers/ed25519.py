"""An Ed25519 key in a file that only its owner can read."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from seatrial.errors import LogError, Problem
from seatrial.evidence.signers.signer import Signer
from seatrial.records.card import Card


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """Who holds one Ed25519 key (RFC 8032: signatures are deterministic)."""

    key: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> bytes:
        """Raw public key, 32 bytes."""
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature over these bytes, 64 bytes."""
        return self.key.sign(data)


def load(path: Path, *, password: bytes | None = None) -> Ed25519Signer:
    """Return the signer whose key stands in a PKCS#8 PEM file.

    Raises:
        LogError: If there is no such file, others than its owner may read it, or it holds no such key.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            pem = file.read()
    except OSError as error:
        hint = "`seatrial init` makes the log key; in CI, set SEATRIAL_KEY"
        raise LogError(Problem(str(path), f"the key cannot be read: {error.strerror}", hint)) from error
    if mode & 0o077:
        what = f"others may read this private key (mode {mode:04o})"
        raise LogError(Problem(str(path), what, f"chmod 600 {path}; if others could copy it, make a new one"))
    return from_pem(pem, password=password, where=str(path))


def from_pem(pem: bytes, *, password: bytes | None = None, where: str = "key") -> Ed25519Signer:
    """Return the signer of a PKCS#8 PEM text; `where` names it in errors, the text itself is never shown.

    Raises:
        LogError: If it holds no Ed25519 key, or the password does not open it.
    """
    try:
        key = load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        hint = "it must be PKCS#8 PEM, with its password if it is encrypted"
        raise LogError(Problem(where, "no private key can be read from it", hint)) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise LogError(Problem(where, "the key is not an Ed25519 key", "make one with `seatrial keys new`"))
    return Ed25519Signer(key)


def create(path: Path, *, password: bytes | None = None) -> Ed25519Signer:
    """Make a new key in a new file of mode 0600 and return its signer; encrypted if there is a password.

    Raises:
        LogError: If the file is there already (a key is never overwritten) or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    hidden: KeySerializationEncryption = BestAvailableEncryption(password) if password else NoEncryption()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise LogError(Problem(str(path), "there is a key already", "use it, or move it away first")) from error
    except OSError as error:
        raise LogError(Problem(str(path), f"the key cannot be written: {error.strerror}")) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink()
        raise LogError(Problem(str(path), f"the key cannot be written: {error.strerror}")) from error
    return Ed25519Signer(key)


def signer(source: Path | bytes, *, password: bytes | None = None, new: bool = False) -> Signer:
    """Return the signer of a key file, of a PEM text, or of a key made anew in that file."""
    if isinstance(source, bytes):
        return from_pem(source, password=password)
    return create(source, password=password) if new else load(source, password=password)


CARD: Card[Signer] = Card(signer, title="An Ed25519 key in a file of mode 0600", cites=("RFC 8032",))
