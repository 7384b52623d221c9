"""The blobs of a log in PostgreSQL."""

from __future__ import annotations

from typing import Final, final

from psycopg import errors

from seatrial.errors import EvidenceError, LogError, Problem, StoreError
from seatrial.evidence.tapes.session import Connection, Session
from seatrial.proof.canonical import digest as digest_of
from seatrial.proof.canonical import raw

LARGEST: Final = 256 << 20
"""Bytes of the largest blob: a row must fit into the memory of server and client, several times."""
_LOOK: Final = "SELECT sha256(data) = digest FROM seatrial_blobs WHERE log = %s AND digest = %s"
_PUT: Final = "INSERT INTO seatrial_blobs (log, digest, data) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_MEND: Final = "UPDATE seatrial_blobs SET data = %s WHERE log = %s AND digest = %s"
_GET: Final = "SELECT data FROM seatrial_blobs WHERE log = %s AND digest = %s"


@final
class PostgresStore:
    """Bytes in rows of `seatrial_blobs`, by digest."""

    def __init__(self, session: Session, log: str) -> None:
        self._session = session
        self._log = log

    def put(self, data: bytes, /) -> str:
        """Keep bytes and return their digest; a row that is there with other bytes is replaced.

        Raises:
            StoreError: If they cannot be written, or are more than 256 MiB.
        """
        digest = digest_of(data)
        if len(data) > LARGEST:
            what = f"{len(data):,} bytes are more than a database takes in one row ({LARGEST:,})"
            raise StoreError(Problem(digest, what, "keep this log in a folder"))

        def work(connection: Connection) -> None:
            known = connection.execute(_LOOK, (self._log, raw(digest))).fetchone()
            if known is None:
                connection.execute(_PUT, (self._log, raw(digest), data))
            elif not known[0]:
                connection.execute(_MEND, (data, self._log, raw(digest)))

        try:
            self._session.run(work)
        except LogError as error:
            raise StoreError(*error.problems) from None
        return digest

    def get(self, digest: str, /) -> bytes:
        """Return the bytes of a digest, checked against it.

        Raises:
            StoreError: If there is no such blob, or it cannot be read.
            EvidenceError: If the row holds other bytes, or the text is no digest.
        """
        key = raw(digest)

        def work(connection: Connection) -> bytes | None:
            try:
                row = connection.execute(_GET, (self._log, key), binary=True).fetchone()
            except errors.UndefinedTable:
                return None
            return row[0] if row else None

        try:
            data = self._session.run(work)
        except LogError as error:
            raise StoreError(*error.problems) from None
        where = f"{self._session.address}, {digest}"
        if data is None:
            raise StoreError(Problem(where, "there is no such blob", "restore it from a copy"))
        if digest_of(data) != digest:
            raise EvidenceError(Problem(where, "the row's bytes are not what its digest says", "restore it"))
        return data
