"""A store that lives as long as the process: for rehearsals and tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from seatrial.errors import EvidenceError, Problem, StoreError
from seatrial.proof.canonical import digest as digest_of
from seatrial.proof.canonical import raw
from seatrial.records.card import Card
from seatrial.stores.store import Store


@dataclass(frozen=True, slots=True)
class MemoryStore:
    """Bytes in a dictionary."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    """Digest -> bytes."""

    def put(self, data: bytes, /) -> str:
        """Keep bytes and return their digest."""
        digest = digest_of(data)
        self.blobs[digest] = bytes(data)
        return digest

    def get(self, digest: str, /) -> bytes:
        """Return the bytes of a digest, checked against it.

        Raises:
            StoreError: If there is no such blob.
            EvidenceError: If the bytes were changed meanwhile, or the text is no digest.
        """
        raw(digest)
        if digest not in self.blobs:
            raise StoreError(Problem(digest, "there is no such blob"))
        if digest_of(self.blobs[digest]) != digest:
            raise EvidenceError(Problem(digest, "the blob's bytes are not what its name says"))
        return self.blobs[digest]


CARD: Card[Store] = Card(MemoryStore, title="A store in memory, gone with the process")
