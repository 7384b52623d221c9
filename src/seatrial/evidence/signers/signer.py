"""What a signer is."""

from __future__ import annotations

from typing import Protocol


class Signer(Protocol):
    """Who puts a name under bytes."""

    @property
    def public(self) -> bytes:
        """Raw public key (Ed25519: 32 bytes)."""
        ...

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature over these bytes (Ed25519: 64 bytes)."""
        ...
