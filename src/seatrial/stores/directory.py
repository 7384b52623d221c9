"""A folder with one file per blob, named by its digest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seatrial.errors import EvidenceError, Problem, StoreError
from seatrial.proof.canonical import digest as digest_of
from seatrial.proof.canonical import raw
from seatrial.records.card import Card
from seatrial.stores.store import Store
from seatrial.stores.whole import write_whole


@dataclass(frozen=True, slots=True)
class DirectoryStore:
    """Bytes in `<path>/<64 hex>`; the folder is made when the first blob comes."""

    path: Path

    def put(self, data: bytes, /) -> str:
        """Keep bytes and return their digest; a file that is there with other bytes is replaced.

        Raises:
            StoreError: If they cannot be written; nothing is left half-written.
        """
        digest = digest_of(data)
        place = self._place(digest)
        try:
            if not (place.is_file() and place.read_bytes() == data):
                self.path.mkdir(parents=True, exist_ok=True)
                write_whole(place, data)
        except OSError as error:
            hint = "free some space or name another folder, then run the same command again: nothing is lost"
            raise StoreError(Problem(str(place), f"cannot be written: {error.strerror}", hint)) from error
        return digest

    def get(self, digest: str, /) -> bytes:
        """Return the bytes of a digest, checked against it.

        Raises:
            StoreError: If there is no such blob, or it cannot be read.
            EvidenceError: If the file holds other bytes, or the text is no digest.
        """
        place = self._place(digest)
        try:
            data = place.read_bytes()
        except FileNotFoundError as error:
            raise StoreError(Problem(str(place), "there is no such blob", "restore it from a copy")) from error
        except OSError as error:
            raise StoreError(Problem(str(place), f"cannot be read: {error.strerror}")) from error
        if digest_of(data) != digest:
            raise EvidenceError(Problem(str(place), "the file's bytes are not what its name says", "restore it"))
        return data

    def _place(self, digest: str) -> Path:
        return self.path / raw(digest).hex()


CARD: Card[Store] = Card(DirectoryStore, title="A folder with one file per blob")
