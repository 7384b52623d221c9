"""Signatures of people and jobs that hold no key, but an identity somewhere (sigstore), checked offline.

A stored sigstore bundle says who signed a file: a certificate for an address that an issuer vouched for, listed in a
transparency log.  Signing needs the public service (or one of your own); checking needs a trusted root in a file.
Needs `seatrial[sigstore]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.errors import EvidenceError, InputError, Problem
from seatrial.plugins import lacking
from seatrial.proof.assurance import instant

if TYPE_CHECKING:
    from sigstore.models import TrustedRoot


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs without a key of their own."""

    subject: str
    """An e-mail address, or the URI of a job in CI."""
    issuer: str
    """URL of who vouches for it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """That an identity signed a file."""

    identity: Identity
    time: int | None
    """When the transparency log took it in, seconds since 1970 UTC; None if the bundle rests on a timestamp."""
    index: int
    """Its entry there."""

    def __str__(self) -> str:
        """Return who signed, on whose word, and when, on one line."""
        when = "" if self.time is None else f", {instant(self.time)}"
        return f"signed by {self.identity.subject}, on the word of {self.identity.issuer} (entry {self.index}{when})"


def check(bundle: bytes, signed: bytes, root: Path, identity: Identity) -> Signed:
    """Return what a stored sigstore bundle says of some bytes, every part of it checked, without the network.

    Args:
        bundle: The bundle, JSON.
        signed: What it must be over.
        root: File of the trusted root (`trusted_root.json`) that you pinned.
        identity: Who must have signed.

    Raises:
        EvidenceError: If the signature, the certificate, its listing, the entry in the transparency log or the identity
            is not good.
        InputError: If the trusted root cannot be read.
        MissingExtra: If `sigstore` is not installed.
    """
    try:
        from sigstore.errors import Error  # noqa: PLC0415 - an extra
        from sigstore.models import Bundle  # noqa: PLC0415
        from sigstore.verify import Verifier, policy  # noqa: PLC0415
    except ImportError as error:
        raise lacking("sigstore", "keyless signatures") from error
    verifier = Verifier(trusted_root=_root(root))
    who = policy.Identity(identity=identity.subject, issuer=identity.issuer)
    try:
        found = Bundle.from_json(bundle)
        verifier.verify_artifact(signed, found, who)
    except (Error, ValueError, TypeError, AttributeError, LookupError) as error:
        raise EvidenceError(Problem("sigstore bundle", f"is not good: {error}")) from None
    entry = found.log_entry._inner  # noqa: SLF001 - there is no public way to say when
    return Signed(identity, entry.integrated_time, entry.log_index)


def _root(path: Path) -> TrustedRoot:
    from sigstore.errors import Error  # noqa: PLC0415 - an extra
    from sigstore.models import TrustedRoot as Root  # noqa: PLC0415

    try:
        return Root.from_file(str(path))
    except (OSError, Error, ValueError) as error:
        raise InputError(Problem(str(path), f"is no trusted root: {error}")) from None
