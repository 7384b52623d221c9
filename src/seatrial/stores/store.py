"""What a store is."""

from __future__ import annotations

from typing import Protocol


class Store(Protocol):
    """Bytes by digest.  What was put is never changed; putting equal bytes again is free."""

    def put(self, data: bytes, /) -> str:
        """Keep bytes and return their digest, `sha256:<64 hex>`.

        Raises:
            StoreError: If they cannot be written (full disk, no permission); nothing is left half-written.
        """
        ...

    def get(self, digest: str, /) -> bytes:
        """Return the bytes of a digest, checked against it.

        Raises:
            StoreError: If there is no such blob.
            EvidenceError: If the bytes do not have that digest.
        """
        ...
