"""An ML-DSA-44 key in a file that only its owner can read: a signature that a quantum computer does not forge.

`cryptography` has the algorithm from release 47 on, where the library under it has it; so it is imported where it is
used.  A log key is always Ed25519: the signed checkpoint has that form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm

from seatrial.errors import LogError, Problem
from seatrial.evidence.signers import pem as files
from seatrial.evidence.signers.signer import Signer
from seatrial.records.card import Card

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey


@dataclass(frozen=True, slots=True)
class MlDsaSigner:
    """Who holds one ML-DSA-44 key (FIPS 204, hedged: two signatures over the same bytes differ)."""

    key: MLDSA44PrivateKey = field(repr=False)

    @property
    def public(self) -> bytes:
        """Raw public key, 1312 bytes."""
        return self.key.public_key().public_bytes_raw()

    def sign(self, data: bytes, /) -> bytes:
        """Return a signature over these bytes, 2420 bytes."""
        return self.key.sign(data)


def load(path: Path, *, password: bytes | None = None) -> MlDsaSigner:
    """Return the signer whose key stands in a PKCS#8 PEM file.

    Raises:
        LogError: If there is no such file, others than its owner may read it, or it holds no such key.
    """
    return from_pem(files.read(path), password=password, where=str(path))


def from_pem(pem: bytes, *, password: bytes | None = None, where: str = "key") -> MlDsaSigner:
    """Return the signer of a PKCS#8 PEM text; `where` names it in errors, the text itself is never shown.

    Raises:
        LogError: If it holds no ML-DSA-44 key, or the password does not open it.
    """
    key = files.private(pem, password=password, where=where)
    if not isinstance(key, _kind()):
        hint = "make one with `seatrial keys new --algorithm ml-dsa-44`"
        raise LogError(Problem(where, "the key is not an ML-DSA-44 key", hint))
    return MlDsaSigner(key)


def create(path: Path, *, password: bytes | None = None) -> MlDsaSigner:
    """Make a new key in a new file of mode 0600 and return its signer; encrypted if there is a password.

    Raises:
        LogError: If the file is there already, cannot be written, or the installed `cryptography` has no ML-DSA.
    """
    try:
        key = _kind().generate()
    except UnsupportedAlgorithm:
        raise _too_old() from None
    files.write_new(path, key, password)
    return MlDsaSigner(key)


def signer(source: Path | bytes, *, password: bytes | None = None, new: bool = False) -> Signer:
    """Return the signer of a key file, of a PEM text, or of a key made anew in that file."""
    if isinstance(source, bytes):
        return from_pem(source, password=password)
    return create(source, password=password) if new else load(source, password=password)


def _kind() -> type[MLDSA44PrivateKey]:
    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey  # noqa: PLC0415 - see above
    except ImportError:
        raise _too_old() from None
    return MLDSA44PrivateKey


def _too_old() -> LogError:
    what = "the installed cryptography has no ML-DSA"
    return LogError(Problem("key", what, "pip install 'cryptography>=50', or take an Ed25519 key"))


CARD: Card[Signer] = Card(signer, title="An ML-DSA-44 key in a file of mode 0600", cites=("NIST FIPS 204",))
