"""A key that a key service or a file elsewhere holds, named by a URI of `securesystemslib`.

    hv:release-key/1#BASE64        HashiCorp Vault, transit engine
    file2:/run/secrets/key.pem     an unencrypted PKCS#8 file

What stands after `#` is the base64 of the raw public key: it says whose signature is expected, so that a service that
signs with another key is found out here.  Of a file it may be left out.  Only Ed25519 keys are taken: the services
that sign with ECDSA or RSA, and ML-DSA with the prefix that this library adds, make signatures that no verifier of
ours reads.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, final

from seatrial.errors import EvidenceError, LogError, Problem
from seatrial.evidence.signers import pem as files
from seatrial.evidence.signers.ed25519 import from_pem
from seatrial.evidence.signers.signer import Signer
from seatrial.plugins import lacking
from seatrial.proof.key import ED25519, Key, decoded
from seatrial.records.card import Card

if TYPE_CHECKING:
    from securesystemslib.signer import Signer as Held  # type: ignore[attr-defined]

SCHEMES: Final = ("file2", "hv", "awskms", "gcpkms", "azurekms", "hsm", "tkey", "gnupg")
"""Schemes of the library's private key URIs; which of them sign with Ed25519 is the library's affair."""
_HINT: Final = "take a key file, or a service that signs with Ed25519 (`hv:`); docs/guides/keys.md lists what works"

Ask = Callable[[str], str]
"""Gives a secret, as a PIN, by its name."""


def is_uri(text: str) -> bool:
    """Return whether a text names a key by a URI, and not a file."""
    return text.partition(":")[0] in SCHEMES and ":" in text


@final
class HeldSigner:
    """Whose private key is somewhere else; every signature is verified before it is used."""

    def __init__(self, place: str, public: bytes, held: Held) -> None:
        self.public: Final = public
        """Raw Ed25519 public key, 32 bytes."""
        self._place = place
        self._held = held

    def __repr__(self) -> str:
        """Return where the key is, and nothing of it."""
        return f"HeldSigner({self._place!r})"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled.

        Raises:
            TypeError: Always.
        """
        raise TypeError("a signer does not leave its process")

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature over these bytes, 64 bytes.

        Raises:
            LogError: If the service does not answer, or signs with another key.
        """
        try:
            signature = bytes.fromhex(self._held.sign(data).signature)
        except _failures() as error:
            raise LogError(Problem(self._place, f"did not sign: {_said(error)}", "is it reachable?")) from None
        try:
            Key(self.public).verify(signature, data)
        except EvidenceError:
            what = "signs with another key than the one named"
            raise LogError(Problem(self._place, what, "name its own public key after `#`")) from None
        return signature


def signer(source: str, *, ask: Ask | None = None) -> Signer:
    """Return the signer of a private key URI.

    Args:
        source: The URI, with the base64 of the raw public key after `#`.
        ask: Gives a PIN or passphrase, where the service wants one.

    Raises:
        LogError: If it cannot be read, or does not sign with an Ed25519 key.
        MissingExtra: If securesystemslib is not installed.
    """
    place, _, named = source.partition("#")
    try:
        from securesystemslib.signer import Signer as Held  # type: ignore[attr-defined] # noqa: PLC0415 - an extra
        from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined] # noqa: PLC0415 - an extra
    except ImportError:
        raise lacking("securesystemslib", place) from None
    public = _named(place, named) if named else _filed(place)
    key = SSlibKey(Key(public).id, ED25519, ED25519, {"public": public.hex()})
    try:
        held = Held.from_priv_key_uri(place, key, ask)
    except _failures() as error:
        raise LogError(Problem(place, f"no Ed25519 key can be used there: {_said(error)}", _HINT)) from None
    return HeldSigner(place, public, held)


def _named(place: str, text: str) -> bytes:
    try:
        return decoded(text, ED25519)
    except ValueError as error:
        raise LogError(Problem(f"{place}#", str(error), "only Ed25519 keys are taken from services")) from None


def _filed(place: str) -> bytes:
    """Return the public key of a file; a service's must be named, because nobody is asked over the network for it."""
    scheme, _, path = place.partition(":")
    if scheme != "file2":
        what = "does not say which public key is expected"
        raise LogError(Problem(place, what, f"{place}#BASE64, with the raw Ed25519 public key as the service shows it"))
    return from_pem(files.read(Path(path)), where=place).public


def _failures() -> tuple[type[Exception], ...]:
    """Return what the library and its services raise where they cannot sign."""
    from securesystemslib import exceptions  # noqa: PLC0415 - an extra

    known = (exceptions.Error, exceptions.UnsupportedLibraryError, exceptions.KeyMismatchError)
    hvac = sys.modules.get("hvac.exceptions")
    vault = () if hvac is None else (hvac.VaultError,)
    return (*known, *vault, ValueError, OSError, RuntimeError, LookupError, TypeError)


def _said(error: Exception) -> str:
    """Return the first line of an error's text; none of these libraries writes a secret there."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


CARD: Card[Signer] = Card(signer, title="An Ed25519 key that a key service holds, by its URI", extra="kms")
