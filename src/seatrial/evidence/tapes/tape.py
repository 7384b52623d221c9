"""What holds a log's bytes: entries in a row, a few documents by name, blobs by digest.

A tape knows nothing of what the bytes mean.  Which entries count is said by the document `checkpoint`, and only
`evidence/log.py` reads that; so an entry beyond it, left by a process that died, is no harm wherever it lies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final, Protocol

from seatrial.stores.store import Store

CHECKPOINT: Final = "checkpoint"
"""Document: signed size and root; what it covers counts."""
TRUST: Final = "trust.json"
"""Document: whose log it is and with which key; a place without it holds no log."""


class Tape(Protocol):
    """Entries that are only ever added, and documents that are replaced whole.

    Every method raises LogError where the place cannot be reached, read or written.
    """

    @property
    def address(self) -> str:
        """What opens it again; may hold a password, so it is never shown."""
        ...

    @property
    def place(self) -> str:
        """How it is called in messages; holds no password."""
        ...

    @property
    def store(self) -> Store:
        """The blobs beside the entries."""
        ...

    def where(self, name: str) -> str:
        """Return how a document, or the entries (`log`), are called in messages."""
        ...

    def create(self, documents: Mapping[str, bytes]) -> None:
        """Begin an empty log; a creation that was killed may be done again.

        Raises:
            LogError: If there is a log already.
        """
        ...

    def read(self, name: str) -> bytes | None:
        """Return a document, or None if there is none of that name."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Replace a document: a reader, or a crash, sees the old one or the new one.

        Before a checkpoint, the entries that are there are made safe.
        """
        ...

    def entries(self, start: int) -> list[bytes]:
        """Return the whole entries from this one on; one that was torn by a crash is none.

        Raises:
            EvidenceError: If the entries are gone although a log is here.
        """
        ...

    def blobs(self) -> Iterator[str]:
        """Yield the digest of every blob beside the entries, sorted."""
        ...

    def extend(self, start: int, entries: Sequence[bytes], checkpoint: bytes) -> None:
        """Write entries from `start` on, which is where the tape ends, and when they are safe, their checkpoint.

        After an error the tape is as it was.  After a crash it may hold entries that the checkpoint does not cover.
        """
        ...

    def mend(self) -> None:
        """Drop what a crash left of an entry after the last whole one."""
        ...

    def held(self) -> AbstractContextManager[bool]:
        """Keep all other writers out until the end of the block; true if this is the outermost block.

        Raises:
            LogError: If another writer holds it for minutes.
        """
        ...
